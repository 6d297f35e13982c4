// The function below is deprecated in favour of EVP, whose set-up takes longer than the work.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "codec/md5.hpp"

#include <openssl/md5.h>

#include <array>

namespace codec {

std::string md5(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, MD5_DIGEST_LENGTH> octets{};
  MD5(reinterpret_cast<const unsigned char*>(text.data()), text.size(), octets.data());
  std::string out;
  for (const auto octet : octets) out += {digits[octet >> 4], digits[octet & 15]};
  return out;
}

}  // namespace codec

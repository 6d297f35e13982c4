// The function below is deprecated in favour of EVP, whose set-up takes longer than the work.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "codec/md5.hpp"

#include <openssl/md5.h>

#include <array>

namespace codec {

std::string md5(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, MD5_DIGEST_LENGTH> octets{};
  // In three steps: the function that does it in one brings all of libcrypto into a program.
  MD5_CTX context;
  MD5_Init(&context);
  MD5_Update(&context, text.data(), text.size());
  MD5_Final(octets.data(), &context);
  std::string out;
  for (const auto octet : octets) out += {digits[octet >> 4], digits[octet & 15]};
  return out;
}

}  // namespace codec

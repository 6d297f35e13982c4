// The function below is deprecated in favour of EVP, whose set-up takes longer than the work.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "codec/md5.hpp"

#include <openssl/md5.h>

#include <array>

#include "base/hex.hpp"

namespace codec {

std::string md5(std::string_view text) {
  std::array<unsigned char, MD5_DIGEST_LENGTH> octets{};
  // In three steps: the function that does it in one brings all of libcrypto into a program.
  MD5_CTX context;
  MD5_Init(&context);
  MD5_Update(&context, text.data(), text.size());
  MD5_Final(octets.data(), &context);
  return base::to_hex({reinterpret_cast<const char*>(octets.data()), octets.size()});
}

}  // namespace codec

// The functions below are deprecated in favour of EVP, whose set-up takes longer than the work.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "codec/hmac_sha1.hpp"

#include <openssl/sha.h>
#include <string.h>

namespace codec {

namespace {

/// In three steps: the function that does it in one brings all of libcrypto into a program.
std::string sha1(const std::string& text) {
  std::string out(SHA_DIGEST_LENGTH, '\0');
  SHA_CTX context;
  SHA1_Init(&context);
  SHA1_Update(&context, text.data(), text.size());
  SHA1_Final(reinterpret_cast<unsigned char*>(out.data()), &context);
  explicit_bzero(&context, sizeof context);
  return out;
}

std::string padded(std::string_view key, unsigned char pad) {
  std::string out(SHA_CBLOCK, static_cast<char>(pad));
  for (std::size_t i = 0; i < key.size(); ++i) out[i] = static_cast<char>(out[i] ^ key[i]);
  return out;
}

void wipe(std::string& text) {
  explicit_bzero(text.data(), text.size());
}

}  // namespace

std::string hmac_sha1(std::string_view key, std::string_view text) {
  auto used = key.size() > SHA_CBLOCK ? sha1(std::string(key)) : std::string(key);
  auto inner = padded(used, 0x36);
  auto outer = padded(used, 0x5c);
  const auto pad = inner.size();
  inner.append(text);
  outer += sha1(inner);
  auto out = sha1(outer);
  wipe(used);
  inner.resize(pad);
  wipe(inner);
  wipe(outer);
  return out;
}

}  // namespace codec

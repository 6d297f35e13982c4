// The functions below are deprecated in favour of EVP, whose set-up takes longer than most logins.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "codec/hmac.hpp"

#include <openssl/sha.h>
#include <string.h>

#include <array>

namespace codec {

namespace {

using Block = std::array<unsigned char, SHA256_CBLOCK>;
using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

template <class Value>
void wipe(Value& value) {
  explicit_bzero(&value, sizeof value);
}

std::string text_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string_view view_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Digest digest_of(std::string_view text) {
  Digest out;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, text.data(), text.size());
  SHA256_Final(out.data(), &context);
  wipe(context);
  return out;
}

/// A key with its two pads already taken in: thousands of rounds use the same one.
class Keyed {
 public:
  explicit Keyed(std::string_view key) {
    Digest shortened = {};
    if (key.size() > SHA256_CBLOCK) {
      shortened = digest_of(key);
      key = view_of(shortened);
    }
    begin(inner_, key, 0x36);
    begin(outer_, key, 0x5c);
    wipe(shortened);
  }
  ~Keyed() {
    wipe(inner_);
    wipe(outer_);
  }
  Keyed(const Keyed&) = delete;
  Keyed& operator=(const Keyed&) = delete;

  Digest of(std::string_view text, std::string_view more = {}) const {
    Digest out;
    SHA256_CTX context = inner_;
    SHA256_Update(&context, text.data(), text.size());
    SHA256_Update(&context, more.data(), more.size());
    SHA256_Final(out.data(), &context);
    context = outer_;
    SHA256_Update(&context, out.data(), out.size());
    SHA256_Final(out.data(), &context);
    wipe(context);
    return out;
  }

 private:
  static void begin(SHA256_CTX& context, std::string_view key, unsigned char pad) {
    Block block;
    block.fill(pad);
    for (std::size_t i = 0; i < key.size(); ++i) block[i] ^= static_cast<unsigned char>(key[i]);
    SHA256_Init(&context);
    SHA256_Update(&context, block.data(), block.size());
    wipe(block);
  }

  SHA256_CTX inner_;
  SHA256_CTX outer_;
};

}  // namespace

std::string sha256(std::string_view text) {
  return text_of(digest_of(text));
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  return text_of(Keyed(key).of(text));
}

std::string pbkdf2_sha256(std::string_view password, std::string_view salt, std::uint32_t iterations) {
  constexpr std::string_view first_block("\0\0\0\1", 4);
  const Keyed keyed(password);
  Digest round = keyed.of(salt, first_block);
  Digest sum = round;
  for (std::uint32_t i = 1; i < iterations; ++i) {
    round = keyed.of(view_of(round));
    for (std::size_t at = 0; at < sum.size(); ++at) sum[at] ^= round[at];
  }
  auto out = text_of(sum);
  wipe(round);
  wipe(sum);
  return out;
}

bool same_octets(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace codec

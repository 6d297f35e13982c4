// The functions below are deprecated in favour of EVP, whose set-up takes longer than most messages.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "codec/sha256.hpp"

#include <openssl/sha.h>

#include <array>

#include "base/hex.hpp"

namespace codec {

struct Sha256::State {
  SHA256_CTX context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  SHA256_Init(&state_->context);
}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(std::string_view chunk) {
  SHA256_Update(&state_->context, chunk.data(), chunk.size());
}

std::string Sha256::finish() {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> octets{};
  SHA256_Final(octets.data(), &state_->context);
  return base::to_hex({reinterpret_cast<const char*>(octets.data()), octets.size()});
}

}  // namespace codec

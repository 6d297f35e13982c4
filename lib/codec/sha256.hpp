// SHA-256 (FIPS 180-4), streaming: OpenSSL's, without what its larger interface costs every start of a
// program.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace codec {

class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  ~Sha256();

  void update(std::string_view chunk);
  /// In hexadecimal digits. Nothing may follow.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace codec

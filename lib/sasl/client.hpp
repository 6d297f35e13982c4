// The client's side of one authentication (RFC 4422) as a value machine: PLAIN (RFC 4616), LOGIN and
// SCRAM-SHA-256 (RFC 5802, 7677), without channel binding. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sasl {

struct Login {
  std::string name;      // UTF-8
  std::string password;  // UTF-8
};

/// Rounds of PBKDF2 that a server may ask for: about a second's work.
constexpr std::uint32_t iterations_limit = 2'000'000;

class Client {
 public:
  /// The best of what the server offers (names in any case): SCRAM-SHA-256, and where what is sent is read by
  /// nobody else (`secret`) PLAIN or LOGIN. Nothing: there is none. `nonce`: at least 18 octets of
  /// randomness as printable ASCII without comma, new for every exchange.
  static std::optional<Client> choose(const std::vector<std::string>& offered, Login login, std::string nonce,
                                      bool secret);

  const std::string& mechanism() const { return name_; }

  /// For the command itself (RFC 4954 section 4), in base64; nothing: LOGIN waits to be asked.
  std::optional<std::string> initial();

  /// The response to a challenge, both in base64. Nothing: the server is wrong, or does not know the
  /// password either; the exchange is to be cancelled.
  std::optional<std::string> on(std::string_view challenge);

  /// The server may say now that the login is good: with SCRAM only after it has proved itself.
  bool complete() const { return complete_; }

 private:
  enum class Mechanism { scram, plain, login };
  Client(Mechanism mechanism, std::string name, Login login, std::string nonce);
  std::optional<std::string> on_scram(const std::string& challenge);
  std::optional<std::string> prove(const std::string& challenge);

  Mechanism mechanism_;
  std::string name_;
  Login login_;
  std::string nonce_;
  std::string first_;      // SCRAM: client-first-message-bare
  std::string signature_;  // SCRAM: what the server has to send, in base64
  int step_ = 0;
  bool complete_ = false;
};

}  // namespace sasl

// The server's side of one authentication (RFC 4422) as a value machine, the same for every protocol: lines
// of base64 come in, and what goes out is a challenge, a question, or how it ended. It holds no keys and
// decides nothing: whoever holds them answers its questions, so the machine may live in a process that is
// trusted with nothing.
//
//   auto step = exchange.begin(initial response, if the command brought one);
//   challenge:   send step.text (`334 TEXT`, `+ TEXT`), read a line, step = exchange.on(line)
//   ask:         step = exchange.on(answer to step.question)
//   otherwise    it has ended.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sasl/terms.hpp"

namespace sasl {

enum class Verdict {
  granted,
  denied,
  expired,  // the password is right, and it or the account is out of date
  temporary,
  blocked,  // not looked at, after too many failures
};

/// For the log: `granted`, `refused`, `expired`, `not-checked`, `blocked`.
const char* name_of(Verdict verdict);

struct Question {
  enum class About {
    password,     // may `name` with the password `secret` log in?
    token,        // the same for an OAuth token
    certificate,  // may `name`, whom a client certificate names, log in? The one who knows it compares.
                  // `secret`, if any: the user whom the one who asks takes that for
    salt,         // the answer's text: `ITERATIONS,SALT` (salt in base64) of `name`; never denied
    proof,   // is `proof` (base64) that of `secret`, the AuthMessage, for the name whose salt was asked last?
             // The answer's text: the ServerSignature in base64
    digest,  // is `secret` APOP's digest (RFC 1939) for `name`? The one who asks knows the timestamp
    session,  // may that one, whose proof was right, log in now?
  };
  About about = About::password;
  std::string name = {};
  std::string secret = {};
  std::string proof = {};
  /// The name as it came from the client, where `name` is whose the one who asks takes it for; for the log.
  std::string said = {};

  const std::string& name_as_said() const { return said.empty() ? name : said; }
  /// An answer of `granted` is a login, and not only a step on the way.
  bool logs_in() const { return about != About::salt && about != About::proof; }
  void wipe();
};

struct Answer {
  Verdict verdict = Verdict::temporary;
  std::string text = {};
};

struct Step {
  enum class Next {
    challenge,
    ask,
    granted,      // name() has logged in
    denied,       // wrong: name, password, proof; or, with `text`, a wish to be somebody else
    expired,      // right, but out of date
    unavailable,  // could not be checked
    blocked,      // was not, after too many failures: the conversation is to end
    malformed,    // what came is not this mechanism's; `text` says why, for the reply
    cancelled,    // the client gave up with `*`
  };
  Next next = Next::malformed;
  std::string text = {};  // challenge: base64
  Question question = {};
};

constexpr std::size_t line_limit = 16 * 1024;  // octets of base64: a token may be that long

/// One mechanism, in octets: what the machine below is made of.
class Mechanism {
 public:
  virtual ~Mechanism() = default;
  /// Sent where the command brought no response.
  virtual std::string first_challenge() const { return {}; }
  /// challenge: `text` in octets.
  virtual Step on(std::string_view response) = 0;
  virtual Step on(const Answer& answer);
};

class Exchange {
 public:
  /// `mechanism` in any case; one that is not offered(terms) is nothing. `nonce`: SCRAM's, at least 18 octets
  /// of randomness as printable ASCII without comma, new for every exchange.
  static std::optional<Exchange> make(std::string_view mechanism, const Terms& terms, std::string nonce);

  /// The response in the command itself, `=` for an empty one (RFC 4954, 4959, 5034).
  Step begin(std::optional<std::string_view> initial);
  Step on(std::string_view line);
  Step on(const Answer& answer);

  /// Whom it is about, as far as that is known; only Next::granted makes it true.
  const std::string& name() const { return name_; }
  const std::string& mechanism() const { return mechanism_; }

 private:
  Exchange(std::string mechanism, std::unique_ptr<Mechanism> machine)
      : mechanism_(std::move(mechanism)), machine_(std::move(machine)) {}
  Step checked(Step step);

  std::string mechanism_;
  std::unique_ptr<Mechanism> machine_;
  std::string name_;
};

}  // namespace sasl

// The server before login (RFC 3501 section 3.1) as a value machine.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "imap/command.hpp"
#include "sasl/exchange.hpp"

namespace imap {

struct Greeting {
  enum class Next {
    command,
    response,
    authenticate,
    start_tls,  // after the reply, drop all input that came before; then offer(), or close
    close
  };
  std::string reply;
  Next next = Next::command;
  // With Next::authenticate: have the question answered: on_answer(), unless that was a login; or failed().
  std::string tag;
  sasl::Question question;
};

class Greeter {
 public:
  /// `terms`: how to log in; LOGIN only where it is secret. `nonce`: as for sasl::Exchange. `tls_available`:
  /// STARTTLS would work.
  explicit Greeter(sasl::Terms terms, std::string nonce = {}, bool tls_available = false)
      : terms_(std::move(terms)), nonce_(std::move(nonce)), tls_available_(tls_available) {}

  /// TLS has begun, with other terms: what was begun before counts no more, and it is offered no more.
  void offer(sasl::Terms terms);

  std::string greeting() const;
  Greeting on(const Tagged& tagged);

  /// The line after Next::response: the client's answer to a SASL challenge.
  Greeting on_response(std::string_view line);
  Greeting on_answer(const sasl::Answer& answer);

  Greeting blocked(std::string_view tag);
  Greeting expired(std::string_view tag);
  /// A name or password that was wrong, or could not be checked (`temporary`). Closes after three.
  Greeting failed(std::string_view tag, bool temporary);

  Greeting too_big(std::string_view tag);
  /// Of the answer to a SASL challenge, which has no tag of its own.
  Greeting response_too_big();

 private:
  Greeting bad(std::string_view tag, std::string_view what);
  Greeting login(std::string_view tag, const Login& login);
  Greeting authenticate(std::string_view tag, const Authenticate& auth);
  Greeting start_tls(std::string_view tag);
  Greeting next(sasl::Step step);
  /// Closes after three of these.
  Greeting failure(std::string reply);
  std::string capabilities() const;

  sasl::Terms terms_;
  std::string nonce_;
  bool tls_available_;
  bool tls_begun_ = false;
  std::optional<sasl::Exchange> exchange_;
  std::size_t exchanges_ = 0;
  std::string tag_;  // of an AUTHENTICATE that waits for its response
  std::size_t errors_ = 0;
  std::size_t failures_ = 0;
};

}  // namespace imap

// The server before login (RFC 3501 section 3.1) as a value machine.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "imap/command.hpp"

namespace imap {

struct Greeting {
  enum class Next {
    command,
    response,
    authenticate,
    start_tls,  // after the reply, drop all input that came before; then secured(), or close
    close
  };
  std::string reply;
  Next next = Next::command;
  // With Next::authenticate: whom to ask about; neither holds NUL, CR or LF.
  std::string tag;
  std::string name;
  std::string password;
};

/// What the connection allows before a login.
struct Security {
  bool tls_available = false;  // STARTTLS would work
  bool login_allowed = true;   // passwords may be sent as things are
};

class Greeter {
 public:
  explicit Greeter(Security security = {}) : security_(security) {}

  std::string greeting() const;
  Greeting on(const Tagged& tagged);

  /// The line after Next::response: the client's answer to a SASL challenge.
  Greeting on_response(std::string_view line);

  /// A name or password that was wrong, or could not be checked (`temporary`). Closes after three.
  Greeting failed(std::string_view tag, bool temporary);

  /// TLS has begun: what the client knew of this server counts no more (RFC 3501 section 6.2.1).
  void secured() { security_ = {false, true}; }

  Greeting too_big(std::string_view tag);
  /// Of the answer to a SASL challenge, which has no tag of its own.
  Greeting response_too_big();

 private:
  Greeting bad(std::string_view tag, std::string_view what);
  std::string capabilities() const;
  Greeting start_tls(std::string_view tag);
  Greeting ask(std::string_view tag, const std::string& name, const std::string& password);

  Security security_;
  std::string tag_;  // of an AUTHENTICATE that waits for its response
  std::size_t errors_ = 0;
  std::size_t failures_ = 0;
};

}  // namespace imap

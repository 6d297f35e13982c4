// The server before login (RFC 3501 section 3.1) as a value machine.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "imap/command.hpp"

namespace imap {

struct Greeting {
  enum class Next { command, response, authenticate, close };
  std::string reply;
  Next next = Next::command;
  // With Next::authenticate: whom to ask about; neither holds NUL, CR or LF.
  std::string tag;
  std::string name;
  std::string password;
};

class Greeter {
 public:
  std::string greeting() const;
  Greeting on(const Tagged& tagged);

  /// The line after Next::response: the client's answer to a SASL challenge.
  Greeting on_response(std::string_view line);

  /// A name or password that was wrong, or could not be checked (`temporary`). Closes after three.
  Greeting failed(std::string_view tag, bool temporary);

  Greeting too_big(std::string_view tag);
  /// Of the answer to a SASL challenge, which has no tag of its own.
  Greeting response_too_big();

 private:
  Greeting bad(std::string_view tag, std::string_view what);
  Greeting ask(std::string_view tag, const std::string& name, const std::string& password);

  std::string tag_;  // of an AUTHENTICATE that waits for its response
  std::size_t errors_ = 0;
  std::size_t failures_ = 0;
};

}  // namespace imap

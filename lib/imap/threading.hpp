// Messages as conversations (RFC 5256 section 3); pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace imap {

struct Threaded {
  std::uint32_t number = 0;  // what is told of it: a message number or a UID
  std::int64_t date = 0;     // when it was sent
  std::string id;            // its Message-ID; empty: none
  std::vector<std::string> references;
  std::string subject;  // the base of it
  bool reply = false;   // by its subject
};

/// `(2)(3 6 (4 23)(44 7 96))`; empty for no messages. In time about linear, and no deeper on the stack for
/// deep threads.
std::string thread_by_subject(std::vector<Threaded> messages);
std::string thread_by_references(std::vector<Threaded> messages);

}  // namespace imap

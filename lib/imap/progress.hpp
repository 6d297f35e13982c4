// What a client is told while a command takes its time (RFC 9585), so that nobody gives up waiting.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "imap/mailbox.hpp"

namespace imap {

class Output;

class Progress {
 public:
  Progress(Output& out, const Mailbox& mailbox, std::string_view tag);

  /// From here on, so many things are to be done.
  void begin(std::size_t goal);
  /// One of them is done next. Says so on the wire if nothing has been said for ten seconds.
  void step();

 private:
  Output& out_;
  const Mailbox& mailbox_;
  std::string tag_;  // as the response has it
  std::size_t goal_ = 0;
  std::size_t done_ = 0;
  std::uint64_t said_;
};

}  // namespace imap

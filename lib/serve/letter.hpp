// One message on its way to one local recipient, as programs, mbox files and Maildirs get it: what the
// delivery adds to the header, then the message.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace serve {

struct Letter {
  std::string_view text;     // of the message; empty: it is to be read from the file
  int file = -1;             // open for reading; its offset is neither used nor moved
  std::uint64_t offset = 0;  // of the message in it, octets
  std::uint64_t length = 0;  // of the message, octets
  std::string id;            // for the log
  std::string sender;        // empty: the null reverse-path
  std::string recipient;     // as the envelope has it: an address, or the name of a local user
  std::string user;          // whose delivery it is
  std::string home;          // absolute; where programs are started
  std::string extension;     // what follows the user's name in a subaddress; mostly empty
  std::string hostname;      // this host's
};

/// `Return-Path` and `Delivered-To`, with line ends.
std::string return_path_line(const Letter& letter);
std::string delivered_to_line(const Letter& letter);

/// The two lines and the message without its stale fields, in pieces of about 256 KiB; ends with the sink's
/// error.
base::Result<void> each_piece(const Letter& letter,
                              const std::function<base::Result<void>(std::string_view)>& sink);

/// Exit::unavailable: it has been delivered to this recipient before, or has gone through more than
/// `max_hops` hosts and mailboxes (Received and Delivered-To fields). Looks at no more than 1 MiB of header.
base::Result<void> check_loop(const Letter& letter, std::uint64_t max_hops);

}  // namespace serve

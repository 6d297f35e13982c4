// What a message that a user hands in may lack (RFC 6409 section 8), and whom its header names. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace header {

/// Values for fields that are missing; an empty one adds nothing.
struct Missing {
  std::string from;
  std::string date;
  std::string message_id;  // with its brackets
};

/// The header with what it lacks in front of its end, LF line ends; Bcc goes, as nobody must see it, and so
/// do stale fields. `head` ends before the empty line.
std::string complete_header(std::string_view head, const Missing& missing);

/// The mailboxes of To, Cc and Bcc, or of their Resent- forms where there are any; each once.
/// Exit::data names an address that cannot be sent to.
base::Result<std::vector<std::string>> header_recipients(std::string_view head);

/// How many fields of that name there are.
std::size_t count_fields(std::string_view head, std::string_view name);

}  // namespace header

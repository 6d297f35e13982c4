// What the name of a message's file says. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace maildir {

/// The name without `:2,FLAGS`, and without the `,U=NUMBER` that mbsync writes in front of that: what stays
/// when other programs rename. What follows it is the suffix.
std::string_view base_of(std::string_view file_name);

/// With these flags, and with what `before` has that is another program's.
std::string suffix_with(unsigned system, std::string_view before);

/// The ",W=OCTETS" that delivery writes into names: the size with CRLF line ends.
std::optional<std::uint64_t> wire_size_in(std::string_view base);

/// 1 to 70 printable characters that name the message for ever (RFC 1939 section 7): its base, where that
/// fits, without mbsync's mark, which may stand in its middle.
std::string unique_id(std::string_view base);

}  // namespace maildir

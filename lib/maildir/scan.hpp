// The messages of a Maildir by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"

namespace maildir {

struct Item {
  std::string base;  // the file's name without `:2,FLAGS`: what stays when flags change
  std::string path;  // where it was when it was seen
};

std::string_view base_of(std::string_view file_name);

/// The ",W=OCTETS" that delivery writes into names: the size with CRLF line ends.
std::optional<std::uint64_t> wire_size_in(std::string_view base);

/// All of new/ and cur/, oldest first; a Maildir that does not exist is empty.
base::Result<std::vector<Item>> scan(const std::string& maildir);

/// Opens the message, also when another program has renamed it since. Exit::no_input: it is gone;
/// Exit::data: it is no regular file.
base::Result<fs::Fd> open(const std::string& maildir, const Item& item);

/// Removes it, renamed or not. One that is gone already is no error.
base::Result<void> remove(const std::string& maildir, const Item& item);

/// 1 to 70 printable characters that name the message for ever (RFC 1939 section 7): its base, where that
/// fits.
std::string unique_id(std::string_view base);

}  // namespace maildir

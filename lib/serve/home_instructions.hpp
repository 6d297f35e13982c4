// Where a user's own files say that his mail goes: `.forward+EXT`, `.qmail-EXT`, `.qmail-default`,
// `.forward`, `.qmail` in the home directory, the first that is there. Read as the user; what others could
// have written, or only point at, is refused with Exit::temporary: the mail waits until somebody has looked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "smtp/dot_forward.hpp"

namespace serve {

/// The names that count for this extension, in this order. Pure. One that is longer than 64 octets or holds
/// anything but letters, digits and `+-_=.` (a slash, above all) has no files of its own.
std::vector<std::string> instruction_names(std::string_view extension);

/// What follows the user's name and one of the characters of `separators` in the local part of `recipient`,
/// in lower case; empty: nothing does. Pure.
std::string extension_of(std::string_view recipient, std::string_view user, std::string_view separators);

/// The home is a directory of this user's or root's.
base::Result<void> check_home(const std::string& home);

/// Whether there may be such a file; a look at names alone, which a confined process can take.
bool has_instructions(const std::string& home, std::string_view extension);

struct Instructions {
  std::string name;  // of the file; empty: there is none
  std::vector<smtp::Target> targets;
};

/// Refused: a home or file that others may write to, that is another's, a link, with several names, no plain
/// file, of more than 64 KiB, or that cannot be understood; a home with its sticky bit set, by which a user
/// says that he is at work in it. `extension` as extension_of() gives it.
base::Result<Instructions> read_instructions(const std::string& home, std::string_view extension);

}  // namespace serve

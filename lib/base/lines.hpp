// Texts line by line: files that people write.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace base {

/// Takes the first line and its LF off `text`; without the LF. The last one need not have one.
std::string_view take_line(std::string_view& text);

/// Takes the first word off `text`, with the blanks and tabs around it; empty: there is none.
std::string_view take_word(std::string_view& text);

/// What `by` parts, empty parts too: one more than there are of it.
std::vector<std::string_view> split(std::string_view text, char by);

/// Calls `use` with each line that says something, without blanks at its ends: empty ones and those that
/// begin with # do not. Ends with its first error, as `code` and with `file:LINE: ` before its words.
Result<void> each_entry(std::string_view text, const std::string& file, Exit code,
                        const std::function<Result<void>(std::string_view line)>& use);

/// Exit::configuration: the last line has no end, as in a file that an editor or a copy is still writing. It
/// may mean something else than it will. Or a byte order mark stands before the first, and would be part of a
/// name that nobody has.
Result<void> check_whole(std::string_view text, const std::string& file);

}  // namespace base

#include "base/lines.hpp"

#include <algorithm>
#include <cstddef>

#include "base/ascii.hpp"

namespace base {

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::string_view take_word(std::string_view& text) {
  text = trim(text);
  const auto end = std::min(text.find_first_of(" \t"), text.size());
  const auto word = text.substr(0, end);
  text = trim(text.substr(end));
  return word;
}

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> out;
  while (true) {
    const auto end = text.find(by);
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

Result<void> each_entry(std::string_view text, const std::string& file, Exit code,
                        const std::function<Result<void>(std::string_view line)>& use) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = trim(take_line(text));
    if (line.empty() || line.front() == '#') continue;
    if (const auto used = use(line); !used)
      return fail(code, file + ":" + std::to_string(number) + ": " + used.error().what);
  }
  return {};
}

Result<void> check_whole(std::string_view text, const std::string& file) {
  if (text.starts_with("\xEF\xBB\xBF"))
    return fail(Exit::configuration, file + ":1: a byte order mark: save it as plain UTF-8");
  if (text.empty() || text.ends_with('\n')) return {};
  return fail(Exit::configuration, file + ": the last line has no end: it is not whole yet");
}

}  // namespace base

#include "maildir/file_name.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "maildir/checksum.hpp"
#include "maildir/flags.hpp"

namespace maildir {

namespace {

constexpr std::size_t id_limit = 70;
/// Where mbsync's mark begins and ends in a name: the first, behind something.
struct Mark {
  std::size_t begin = 0;
  std::size_t end = 0;
};
std::optional<Mark> find_mark(std::string_view name) {
  const auto at = name.find(",U=");
  if (at == name.npos || at == 0) return std::nullopt;
  const auto end = std::min(name.find_first_not_of("0123456789", at + 3), name.size());
  return end == at + 3 ? std::nullopt : std::optional(Mark{at, end});
}

}  // namespace

std::string_view base_of(std::string_view file_name) {
  const auto name = file_name.substr(0, file_name.find(":2,"));
  const auto mark = find_mark(name);
  return mark && mark->end == name.size() ? name.substr(0, mark->begin) : name;
}

std::string suffix_with(unsigned system, std::string_view before) {
  return std::string(before.substr(0, before.find(":2,"))) + ":2," + to_letters(system, letters_of(before));
}

std::optional<std::uint64_t> wire_size_in(std::string_view base) {
  const auto at = base.find(",W=");
  if (at == std::string_view::npos) return std::nullopt;
  const auto value = base.substr(at + 3);
  return base::parse_number(value.substr(0, value.find(',')));
}

std::string unique_id(std::string_view base) {
  std::string name(base);
  if (const auto mark = find_mark(base)) name.erase(mark->begin, mark->end - mark->begin);
  const bool fits = !name.empty() && name.size() <= id_limit &&
                    std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (fits) return name;
  std::string out;
  for (const char c : std::string_view(name).substr(0, id_limit - 11)) out += c > ' ' && c <= '~' ? c : '_';
  return out + "-" + std::to_string(crc(name));
}

}  // namespace maildir

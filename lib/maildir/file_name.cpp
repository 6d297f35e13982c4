#include "maildir/file_name.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "maildir/checksum.hpp"
#include "maildir/flags.hpp"

namespace maildir {

namespace {

constexpr std::size_t id_limit = 70;
constexpr std::string_view mark = ",U=";

}  // namespace

std::string_view base_of(std::string_view file_name) {
  const auto name = file_name.substr(0, file_name.find(":2,"));
  const auto end = name.find_last_not_of("0123456789");
  const bool marked = end != name.npos && end + 1 < name.size() && name.substr(0, end + 1).ends_with(mark);
  return marked && end + 1 > mark.size() ? name.substr(0, end + 1 - mark.size()) : name;
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
  const bool fits = !base.empty() && base.size() <= id_limit &&
                    std::all_of(base.begin(), base.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (fits) return std::string(base);
  std::string out;
  for (const char c : base.substr(0, id_limit - 11)) out += c > ' ' && c <= '~' ? c : '_';
  return out + "-" + std::to_string(crc(base));
}

}  // namespace maildir

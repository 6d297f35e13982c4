#include "imap/flags.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace imap {

namespace {

constexpr std::size_t keyword_limit = 128;

constexpr struct {
  std::string_view name;
  unsigned flag;
} table[] = {{"\\Answered", answered},
             {"\\Flagged", flagged},
             {"\\Deleted", deleted},
             {"\\Seen", seen},
             {"\\Draft", draft}};

/// In any case: RFC 3501 section 9 calls keywords atoms, and their case does not count.
bool holds(const std::vector<std::string>& keywords, std::string_view keyword) {
  return std::any_of(keywords.begin(), keywords.end(),
                     [&](const std::string& one) { return base::iequals(one, keyword); });
}

/// Sorted, none twice; the spelling that was there first stays.
std::vector<std::string> tidy(const std::vector<std::string>& keywords) {
  std::vector<std::string> out;
  for (const auto& keyword : keywords) {
    if (!holds(out, keyword)) out.push_back(keyword);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

base::Result<Flags> parse_flags(const std::vector<std::string>& names) {
  Flags out;
  for (const auto& name : names) {
    const auto row = std::find_if(std::begin(table), std::end(table),
                                  [&](const auto& one) { return base::iequals(one.name, name); });
    if (row != std::end(table)) {
      out.system |= row->flag;
    } else if (name.starts_with('\\')) {
      return base::fail(base::Exit::data, "flag " + base::printable(name, 40) + " cannot be set");
    } else if (name.size() > keyword_limit || std::any_of(name.begin(), name.end(), base::is_8bit)) {
      return base::fail(base::Exit::data,
                        "keyword " + base::printable(name, 40) + ": at most 128 ASCII characters");
    } else {
      out.keywords.push_back(name);
    }
  }
  out.keywords = tidy(out.keywords);
  return out;
}

std::string format_flags(const Flags& flags, bool recent) {
  std::string out;
  const auto add = [&](std::string_view name) {
    if (!out.empty()) out += ' ';
    out += name;
  };
  for (const auto& row : table) {
    if ((flags.system & row.flag) != 0) add(row.name);
  }
  if (recent) add("\\Recent");
  for (const auto& keyword : flags.keywords) add(keyword);
  return out;
}

Flags apply(const Flags& before, Change change, const Flags& flags) {
  if (change == Change::replace) return flags;
  Flags out = before;
  if (change == Change::add) {
    out.system |= flags.system;
    out.keywords.insert(out.keywords.end(), flags.keywords.begin(), flags.keywords.end());
    out.keywords = tidy(out.keywords);
    return out;
  }
  out.system &= ~flags.system;
  std::erase_if(out.keywords, [&](const std::string& keyword) { return holds(flags.keywords, keyword); });
  return out;
}

}  // namespace imap

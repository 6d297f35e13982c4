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

/// Case does not count (RFC 3501 section 9): of several spellings the first stays.
void tidy(std::vector<std::string>& keywords) {
  std::stable_sort(keywords.begin(), keywords.end(), LessKeyword());
  keywords.erase(std::unique(keywords.begin(), keywords.end(),
                             [](const std::string& a, const std::string& b) { return base::iequals(a, b); }),
                 keywords.end());
  std::sort(keywords.begin(), keywords.end());
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
    } else if (name.size() > keyword_limit || base::has_8bit(name)) {
      return base::fail(base::Exit::data,
                        "keyword " + base::printable(name, 40) + ": at most 128 ASCII characters");
    } else {
      out.keywords.push_back(name);
    }
  }
  tidy(out.keywords);
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

bool LessKeyword::operator()(const std::string& a, const std::string& b) const {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return base::to_lower(x) < base::to_lower(y); });
}

Flags apply(const Flags& before, Change change, const Flags& flags) {
  const Keywords named(flags.keywords.begin(), flags.keywords.end());
  Flags out = before;
  // Of those that stay when all are replaced, the spelling stays too.
  if (change != Change::add)
    std::erase_if(out.keywords, [&](const std::string& keyword) {
      return named.contains(keyword) == (change == Change::remove);
    });
  if (change == Change::remove) {
    out.system &= ~flags.system;
    return out;
  }
  out.system = flags.system | (change == Change::add ? before.system : 0);
  out.keywords.insert(out.keywords.end(), flags.keywords.begin(), flags.keywords.end());
  tidy(out.keywords);
  return out;
}

}  // namespace imap

#include "maildir/flags.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace maildir {

namespace {

constexpr struct {
  char letter;
  unsigned flag;
} table[] = {{'D', draft}, {'F', flagged}, {'R', answered}, {'S', seen}, {'T', deleted}};

}  // namespace

base::Result<void> check_keywords(const std::vector<std::string>& keywords) {
  if (keywords.size() > keywords_limit)
    return base::fail(base::Exit::unavailable,
                      "a message has at most " + std::to_string(keywords_limit) + " keywords");
  for (const auto& keyword : keywords) {
    if (keyword.size() > keyword_limit)
      return base::fail(base::Exit::unavailable,
                        "a keyword has at most " + std::to_string(keyword_limit) + " octets");
    const auto cannot_stand = [](char c) { return c == ' ' || c == '%' || base::is_control(c); };
    if (keyword.empty() || std::any_of(keyword.begin(), keyword.end(), cannot_stand))
      return base::fail(base::Exit::data,
                        "keyword '" + base::printable(keyword, keyword_limit) + "' is no atom");
  }
  return {};
}

std::string to_letters(unsigned system, std::string_view before) {
  std::string out;
  for (const auto& row : table) {
    if ((system & row.flag) != 0) out += row.letter;
  }
  for (const char c : before) {
    if (std::string_view("DFRST").find(c) == std::string_view::npos) out += c;
  }
  std::sort(out.begin(), out.end());
  return out;
}

unsigned from_letters(std::string_view letters) {
  unsigned out = 0;
  for (const char c : letters) {
    for (const auto& row : table) out |= c == row.letter ? row.flag : 0;
  }
  return out;
}

std::string to_word(const Flags& flags) {
  std::string out = to_letters(flags.system, "");
  for (const auto& keyword : flags.keywords) out += "%" + keyword;
  return out.empty() ? "-" : out;
}

Flags from_word(std::string_view word) {
  Flags out;
  const auto end = std::min(word.find('%'), word.size());
  out.system = from_letters(word.substr(0, end));
  word.remove_prefix(end);
  while (!word.empty()) {
    word.remove_prefix(1);
    const auto next = std::min(word.find('%'), word.size());
    if (next > 0) out.keywords.emplace_back(word.substr(0, next));
    word.remove_prefix(next);
  }
  return out;
}

std::string_view letters_of(std::string_view file_name) {
  const auto at = file_name.find(":2,");
  return at == std::string_view::npos ? std::string_view() : file_name.substr(at + 3);
}

}  // namespace maildir

#include "smtp/extensions.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/ascii.hpp"

namespace smtp {

namespace {

constexpr std::pair<std::string_view, bool Extensions::*> words[] = {{"PIPELINING", &Extensions::pipelining},
                                                                     {"8BITMIME", &Extensions::eight_bit},
                                                                     {"CHUNKING", &Extensions::chunking},
                                                                     {"SMTPUTF8", &Extensions::utf8},
                                                                     {"DSN", &Extensions::dsn},
                                                                     {"STARTTLS", &Extensions::starttls},
                                                                     {"REQUIRETLS", &Extensions::require_tls},
                                                                     {"MT-PRIORITY", &Extensions::priority},
                                                                     {"DELIVERBY", &Extensions::deliver_by},
                                                                     {"SIZE", &Extensions::size}};

constexpr std::pair<std::string_view, std::size_t Extensions::*> limits[] = {
    {"MAILMAX=", &Extensions::mail_max},
    {"RCPTMAX=", &Extensions::rcpt_max},
    {"RCPTDOMAINMAX=", &Extensions::rcpt_domain_max}};

std::string_view take_word(std::string_view& text) {
  text = base::trim(text);
  const auto blank = std::min(text.find(' '), text.size());
  const auto out = text.substr(0, blank);
  text.remove_prefix(blank);
  return out;
}

void take_limit(std::string_view word, Extensions& out) {
  const auto given = base::upper(word);
  for (const auto& [name, limit] : limits) {
    if (!given.starts_with(name)) continue;
    // At most six digits, and no zero (RFC 9422 section 3).
    const auto number = base::parse_number(std::string_view(given).substr(name.size()), 999'999);
    if (number && *number > 0) out.*limit = static_cast<std::size_t>(*number);
  }
}

}  // namespace

Extensions parse_extensions(const std::vector<std::string>& lines) {
  Extensions out;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    std::string_view rest = lines[i];
    const auto keyword = base::upper(take_word(rest));
    for (const auto& [word, offered] : words) {
      if (keyword == word) out.*offered = true;
    }
    if (keyword == "DELIVERBY")
      out.by_min = static_cast<std::int64_t>(base::parse_number(take_word(rest), 999'999'999).value_or(0));
    if (keyword == "SIZE") out.size_limit = base::parse_number(take_word(rest)).value_or(0);
    while (keyword == "AUTH" && !base::trim(rest).empty()) out.auth.push_back(base::upper(take_word(rest)));
    while (keyword == "LIMITS" && !base::trim(rest).empty()) take_limit(take_word(rest), out);
  }
  return out;
}

}  // namespace smtp

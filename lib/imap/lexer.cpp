#include "imap/lexer.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace imap {

namespace {

constexpr std::size_t flags_limit = 200;

bool in(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}

// 8-bit characters are let through: clients send them in names, and what comes of them is decided there.
bool is_atom(char c) {
  return !base::is_control(c) && !in("(){ %*\"\\]", c);
}
bool is_astring(char c) {
  return is_atom(c) || c == ']';
}
bool is_list(char c) {
  return is_atom(c) || in("]%*", c);
}
bool is_tag(char c) {
  return is_astring(c) && c != '+' && !base::is_8bit(c);
}

constexpr std::string_view months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                       "jul", "aug", "sep", "oct", "nov", "dec"};

/// Days since 1970 of a date of the Gregorian calendar, counted in years that begin in March.
std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

struct Civil {
  std::int64_t year, month, day;
};

Civil civil_from_days(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = days / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  const std::int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day_of_year - (153 * shifted + 2) / 5 + 1};
}

std::string two(std::uint64_t value, char fill = '0') {
  const std::string text = std::to_string(value);
  return text.size() < 2 ? fill + text : text;
}

}  // namespace

std::optional<Literal> literal_at_end(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  const auto open = line.rfind('{');
  if (open == std::string_view::npos) return std::nullopt;
  auto digits = line.substr(open + 1, line.size() - open - 2);
  Literal out;
  if (digits.ends_with('+')) {
    out.synchronizing = false;
    digits.remove_suffix(1);
  }
  const auto size = base::parse_number(digits);
  if (!size) return std::nullopt;
  out.size = *size;
  return out;
}

base::Error Lexer::wrong(std::string_view what) const {
  return base::fail(base::Exit::data,
                    std::string(what) + " expected at octet " + std::to_string(in_.offset() + 1));
}

bool Lexer::take_word(std::string_view word) {
  const auto before = in_.offset();
  if (in_.take_icase(word) && (in_.done() || !is_atom(in_.peek()))) return true;
  in_.back_to(before);
  return false;
}

base::Result<void> Lexer::space() {
  return expect(' ');
}

base::Result<void> Lexer::expect(char c) {
  if (!in_.take(c)) return wrong(c == ' ' ? std::string("a space") : "'" + std::string(1, c) + "'");
  return {};
}

base::Result<void> Lexer::end() const {
  if (!in_.done()) return wrong("the end of the command");
  return {};
}

base::Result<std::string> Lexer::word(bool (*wanted)(char), std::string_view what) {
  const auto text = in_.take_while(wanted);
  if (text.empty()) return wrong(what);
  return std::string(text);
}

base::Result<std::string> Lexer::tag() {
  return word(is_tag, "a tag");
}
base::Result<std::string> Lexer::atom() {
  return word(is_atom, "an atom");
}

base::Result<std::string> Lexer::quoted() {
  std::string out;
  in_.take('"');
  while (!in_.take('"')) {
    if (in_.done() || in_.peek() == '\r' || in_.peek() == '\n' || in_.peek() == '\0') return wrong("'\"'");
    if (in_.take('\\') && !in("\\\"", in_.peek())) return wrong("'\\' or '\"'");
    out += in_.next();
  }
  return out;
}

base::Result<std::string_view> Lexer::literal() {
  (void)in_.take('~');
  const auto rest = in_.rest();
  const auto line_end = rest.find("\r\n");
  const auto open = line_end == std::string_view::npos || peek() != '{'
                        ? std::nullopt
                        : literal_at_end(rest.substr(0, line_end));
  if (!open || rest.find('}') + 1 != line_end || open->size > rest.size() - line_end - 2)
    return wrong("a literal");
  const auto out = rest.substr(line_end + 2, open->size);
  in_.back_to(in_.offset() + line_end + 2 + out.size());
  return out;
}

base::Result<std::string> Lexer::string() {
  if (peek() == '"') return quoted();
  if (peek() != '{') return wrong("a string");
  TRY_ASSIGN(const auto text, literal());
  return std::string(text);
}

base::Result<std::string> Lexer::astring() {
  return peek() == '"' || peek() == '{' ? string() : word(is_astring, "a string");
}

base::Result<std::string> Lexer::list_mailbox() {
  return peek() == '"' || peek() == '{' ? string() : word(is_list, "a mailbox pattern");
}

base::Result<std::uint32_t> Lexer::number(std::uint32_t least) {
  const auto value = base::parse_number(in_.take_while(base::is_digit), UINT32_MAX);
  if (!value || *value < least) return wrong("a number");
  return static_cast<std::uint32_t>(*value);
}

base::Result<std::uint64_t> Lexer::large_number(std::uint64_t least) {
  const auto value = base::parse_number(in_.take_while(base::is_digit), INT64_MAX);
  if (!value || *value < least) return wrong("a number");
  return *value;
}

base::Result<std::string> Lexer::flag() {
  const bool system = in_.take('\\');
  auto name = word(is_atom, "a flag");
  if (!name) return name;
  return system ? "\\" + *name : *name;
}

base::Result<std::vector<std::string>> Lexer::flag_list() {
  std::vector<std::string> out;
  TRY(expect('('));
  if (in_.take(')')) return out;
  while (true) {
    TRY_ASSIGN(out.emplace_back(), flag());
    if (in_.take(')')) return out;
    TRY(space());
    if (out.size() >= flags_limit) return wrong("fewer flags");
  }
}

std::string_view Lexer::sequence() {
  return in_.take_while([](char c) { return base::is_digit(c) || in(":,*$", c); });
}

std::string_view Lexer::name() {
  return in_.take_while([](char c) { return base::is_alnum(c) || c == '.' || c == '-'; });
}

base::Result<std::int64_t> parse_date(std::string_view text) {
  const auto wrong = base::fail(base::Exit::data, "a date like 1-Feb-2024 expected");
  base::Scanner in_text(text);
  const auto day = base::parse_number(in_text.take_while(base::is_digit), 31);
  const bool dash = in_text.take('-');
  const auto month =
      std::find(std::begin(months), std::end(months), base::lower(in_text.take_while(base::is_alpha)));
  const bool second_dash = in_text.take('-');
  const auto digits = in_text.take_while(base::is_digit);
  const auto year = base::parse_number(digits, 9999);
  if (!day || *day == 0 || !dash || month == std::end(months) || !second_dash || digits.size() != 4 || !year)
    return wrong;
  if (!in_text.done()) return wrong;
  const auto days = days_from_civil(static_cast<std::int64_t>(*year), month - std::begin(months) + 1,
                                    static_cast<std::int64_t>(*day));
  // A month has the days that it has.
  if (days >= days_from_civil(static_cast<std::int64_t>(*year), month - std::begin(months) + 2, 1))
    return base::fail(base::Exit::data, "a date that exists expected");
  return days;
}

base::Result<std::uint64_t> parse_date_time(std::string_view text) {
  // Some clients leave out the blank in front of a day of one digit.
  if (text.size() == 25 && text[1] == '-') return parse_date_time(" " + std::string(text));
  const auto wrong =
      base::fail(base::Exit::data, "a date and time like \" 1-Feb-2024 13:14:15 +0200\" expected");
  if (text.size() != 26 || text[2] != '-' || text[11] != ' ' || text[14] != ':' || text[17] != ':' ||
      text[20] != ' ')
    return wrong;
  const auto date = parse_date(base::trim(text.substr(0, 11)));
  const auto hour = base::parse_number(text.substr(12, 2), 23);
  const auto minute = base::parse_number(text.substr(15, 2), 59);
  const auto second = base::parse_number(text.substr(18, 2), 60);
  const auto zone_hour = base::parse_number(text.substr(22, 2), 23);
  const auto zone_minute = base::parse_number(text.substr(24, 2), 59);
  if (!date || !hour || !minute || !second || !zone_hour || !zone_minute || !in("+-", text[21])) return wrong;
  const auto zone =
      static_cast<std::int64_t>(*zone_hour * 3600 + *zone_minute * 60) * (text[21] == '-' ? -1 : 1);
  const auto seconds =
      *date * 86'400 + static_cast<std::int64_t>(*hour * 3600 + *minute * 60 + *second) - zone;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0));
}

std::string format_date_time(std::uint64_t seconds) {
  // Years beyond 9999 have no notation.
  seconds = std::min<std::uint64_t>(seconds, 253'402'300'799);
  const auto date = civil_from_days(static_cast<std::int64_t>(seconds / 86'400));
  const auto rest = seconds % 86'400;
  std::string month(months[date.month - 1]);
  month[0] = base::to_upper(month[0]);
  return "\"" + two(static_cast<std::uint64_t>(date.day), ' ') + "-" + month + "-" +
         std::to_string(date.year) + " " + two(rest / 3600) + ":" + two(rest / 60 % 60) + ":" +
         two(rest % 60) + " +0000\"";
}

}  // namespace imap

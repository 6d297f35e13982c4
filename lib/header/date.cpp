#include "header/date.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/scanner.hpp"
#include "header/cfws.hpp"
#include "header/field.hpp"

namespace header {

namespace {

constexpr std::array<std::string_view, 7> day_names = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Which of `names` the word is or begins with; -1: none.
template <std::size_t N>
int index_of(const std::array<std::string_view, N>& names, std::string_view word) {
  for (std::size_t i = 0; i < N; ++i) {
    if (base::istarts_with(word, names[i])) return static_cast<int>(i);
  }
  return -1;
}

struct Zone {
  std::string_view name;
  int hours;
};

// Those of RFC 5322 section 4.3; the letters of military zones were used with both signs and mean nothing.
constexpr Zone zones[] = {{"UT", 0},   {"UTC", 0},  {"GMT", 0},  {"Z", 0},    {"EST", -5}, {"EDT", -4},
                          {"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};
// Names that are in no RFC, and that no two regions use.
constexpr Zone other_zones[] = {{"WET", 0},   {"WEST", 1},  {"CET", 1},   {"CEST", 2}, {"MET", 1},
                                {"MEST", 2},  {"MEZ", 1},   {"MESZ", 2},  {"EET", 2},  {"EEST", 3},
                                {"MSK", 3},   {"MSD", 4},   {"JST", 9},   {"KST", 9},  {"HKT", 8},
                                {"SGT", 8},   {"AWST", 8},  {"AEST", 10}, {"BST", 1},  {"AEDT", 11},
                                {"NZST", 12}, {"NZDT", 13}, {"AKST", -9}, {"HST", -10}};

struct Number {
  int value = -1;  // at most 99'999
  std::size_t digits = 0;
};

class Reader {
 public:
  Reader(std::string_view text, base::Defects* defects) : text_(text), in_(text), defects_(defects) {}

  std::optional<Date> run() {
    while (!complete()) {
      closed_ = skip_cfws(in_, defects_);
      if (in_.done()) break;
      element();
    }
    return result();
  }

 private:
  bool complete() const { return has_time_ && has_zone_ && has_date(); }
  bool has_date() const { return count_ + (month_ > 0 ? 1 : 0) == 3; }

  void element() {
    const char c = in_.peek();
    if (base::is_digit(c)) {
      number();
    } else if (base::is_alpha(c)) {
      word(in_.take_while([](char one) { return base::is_alnum(one); }));
    } else if ((c == '+' || c == '-') && has_time_ && !has_zone_) {
      offset();
    } else if (c == ';') {
      in_.next();
      if (has_date() && has_time_) return in_.back_to(text_.size());
      const auto from = in_.offset();
      *this = Reader(text_, defects_);
      in_.back_to(from);
    } else {
      in_.next();
      // The comma stands behind the day of the week, and nothing else does without a blank.
      odd_ = odd_ || c != ',' || weekday_ < 0 || count_ > 0;
    }
  }

  Number take_number() {
    const auto text = in_.take_while(base::is_digit);
    int value = 0;
    for (const char c : text.substr(0, 5)) value = value * 10 + (c - '0');
    return {value, text.size()};
  }

  void number() {
    const auto start = in_.offset();
    const auto first = take_number();
    const auto end = in_.offset();
    skip_cfws(in_, nullptr);
    const bool colon = in_.peek() == ':' || (in_.peek() == '.' && has_date());
    in_.back_to(end);
    if (!has_time_ && (colon || has_date())) {
      time(first, colon);
    } else if (!has_date()) {
      odd_ = odd_ || has_time_;
      if (count_ < numbers_.size()) numbers_[count_++] = first;
    } else {
      // The sign was forgotten.
      odd_ = true;
      if (first.digits <= 4) set_zone(first.value / 100, first.value % 100, false, start);
    }
  }

  /// `hour` was read; the rest may lack its seconds, and be parted by dots or, unless `strict`, by blanks
  /// alone.
  void time(Number hour, bool strict) {
    const auto part = [&](int& out) {
      const auto before = in_.offset();
      skip_cfws(in_, nullptr);
      const bool mark = in_.take(':') || in_.take('.');
      if (mark) skip_cfws(in_, nullptr);
      if ((mark || !strict) && base::is_digit(in_.peek())) {
        const auto length = in_.offset() - before;
        out = take_number().value;
        odd_ = odd_ || length != 1;
        return true;
      }
      in_.back_to(before);
      return false;
    };
    hour_ = hour.value;
    odd_ = odd_ || !strict || hour.digits != 2 || in_.peek() == '.';
    has_time_ = part(minute_) || hour.digits == 2;
    if (has_time_ && part(second_) && in_.peek() == '.') {
      in_.next();
      in_.take_while(base::is_digit);
      odd_ = true;
    }
  }

  void word(std::string_view text) {
    const auto start = in_.offset() - text.size();
    const int month = month_ == 0 && count_ < 3 && !has_zone_ ? month_of(text) : 0;
    if (base::iequals(text, "AM") || base::iequals(text, "PM")) {
      odd_ = true;
      if (has_time_ && hour_ <= 12) hour_ = hour_ % 12 + (base::to_lower(text[0]) == 'p' ? 12 : 0);
    } else if (month > 0) {
      month_ = month;
      odd_ = odd_ || text.size() != 3;
    } else if (has_time_ && !has_zone_) {
      zone_name(text, start);
    } else if (index_of(day_names, text) >= 0) {
      weekday_ = index_of(day_names, text);
      odd_ = odd_ || text.size() != 3 || count_ > 0;
    } else {
      // "T" between date and time of ISO 8601.
      odd_ = true;
      if (base::to_lower(text[0]) == 't' && text.size() > 1 && has_date()) {
        in_.back_to(start + 1);
      }
    }
  }

  void zone_name(std::string_view text, std::size_t start) {
    const auto letters = text.substr(
        0,
        static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), base::is_alpha) - text.begin()));
    const auto same = [&](const Zone& zone) { return base::iequals(zone.name, letters); };
    const auto* zone = std::find_if(std::begin(zones), std::end(zones), same);
    const auto* other = std::find_if(std::begin(other_zones), std::end(other_zones), same);
    has_zone_ = true;
    if (zone == std::end(zones) && other == std::end(other_zones)) {
      base::note(defects_, unknown_zone, start);
      return;
    }
    const int hours = zone != std::end(zones) ? zone->hours : other->hours;
    base::note(defects_, named_zone, start);
    zone_ = hours * 60;
    zone_known_ = true;
    // "GMT+0100": the name says only that an offset follows.
    if (hours == 0 && (in_.peek() == '+' || in_.peek() == '-')) offset();
  }

  void offset() {
    const auto start = in_.offset();
    const bool negative = in_.next() == '-';
    const auto number = take_number();
    if (number.digits == 0) return;
    if (in_.peek() == ':' && number.digits <= 2) {
      odd_ = true;
      in_.next();
      return set_zone(number.value, std::max(0, take_number().value), negative, start);
    }
    odd_ = odd_ || number.digits != 4;
    if (number.digits <= 2) return set_zone(number.value, 0, negative, start);
    set_zone(number.value / 100, number.value % 100, negative, start);
  }

  void set_zone(int hours, int minutes, bool negative, std::size_t start) {
    has_zone_ = true;
    if (hours > 99 || minutes > 59) return base::note(defects_, unknown_zone, start);
    zone_ = (hours * 60 + minutes) * (negative ? -1 : 1);
    // Section 3.3: "-0000" says that the zone is not known.
    zone_known_ = zone_ != 0 || !negative;
  }

  std::optional<Date> result() {
    const auto at = in_.offset();
    // What a comment without an end swallowed may have been the time.
    if (!has_date() || (!has_time_ && !closed_)) {
      base::note(defects_, bad_date, 0);
      return std::nullopt;
    }
    auto date = in_order();
    date.hour = hour_;
    date.minute = minute_;
    date.second = second_;
    date.zone = zone_;
    date.zone_known = zone_known_;
    if (!exists(date)) {
      base::note(defects_, bad_date, 0);
      return std::nullopt;
    }
    if (!has_time_) base::note(defects_, missing_time, at);
    if (has_time_ && !has_zone_) base::note(defects_, missing_zone, at);
    if (odd_) base::note(defects_, odd_date, 0);
    if (weekday_ >= 0 && weekday_ != weekday(date)) base::note(defects_, wrong_weekday, 0);
    return date;
  }

  /// Day, month and year from their places, or from what only one of them can be.
  Date in_order() {
    Number year = numbers_[count_ - 1];
    Number day = numbers_[0];
    if (numbers_[0].digits > 2) std::swap(year, day);
    Date out;
    out.month = month_;
    if (month_ == 0) {
      odd_ = true;
      out.month = numbers_[1].value;
      if (out.month > 12 && day.value <= 12) std::swap(out.month, day.value);
    }
    out.day = day.value;
    out.year = year.value;
    if (year.digits < 4) {
      base::note(defects_, short_year, 0);
      // Section 4.3: two digits below 50 are of this century, three count from 1900.
      out.year += year.digits < 3 && year.value < 50 ? 2000 : 1900;
    }
    return out;
  }

  static std::chrono::year_month_day calendar(const Date& date) {
    using namespace std::chrono;
    return year(date.year) / month(static_cast<unsigned>(date.month)) / day(static_cast<unsigned>(date.day));
  }
  static bool exists(const Date& date) {
    // Before the calendar sees them, which holds a day in one octet.
    return date.year <= 9999 && date.month <= 12 && date.day <= 31 && calendar(date).ok() && date.hour < 24 &&
           date.minute < 60 && date.second <= 60;
  }
  static int weekday(const Date& date) {
    return static_cast<int>(std::chrono::weekday(std::chrono::sys_days(calendar(date))).c_encoding());
  }

  std::string_view text_;
  base::Scanner in_;
  base::Defects* defects_;
  std::array<Number, 3> numbers_;  // of the date, in the order they stand in
  std::size_t count_ = 0;
  int month_ = 0;  // 0: none was named
  int weekday_ = -1;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  int zone_ = 0;
  bool has_time_ = false;
  bool has_zone_ = false;
  bool zone_known_ = false;
  bool closed_ = true;  // no comment ran to the end of the text
  bool odd_ = false;    // reported once, for the whole date
};

}  // namespace

std::int64_t Date::seconds() const {
  using namespace std::chrono;
  const sys_days days(std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) /
                      std::chrono::day(static_cast<unsigned>(day)));
  return days.time_since_epoch().count() * std::int64_t{86'400} + hour * 3600 + minute * 60 + second -
         zone * 60;
}

int month_of(std::string_view word) {
  return index_of(month_names, word) + 1;
}

std::optional<Date> parse_date(std::string_view body, base::Defects* defects) {
  const auto text = within_limit(body, defects);
  const auto semicolon = text.rfind(';');
  if (semicolon != text.npos) {
    base::Defects inner;
    if (const auto date = Reader(text.substr(semicolon + 1), &inner).run()) {
      if (defects != nullptr) defects->add(inner, semicolon + 1);
      return date;
    }
  }
  return Reader(text, defects).run();
}

namespace {

std::string two_digits(std::int64_t number) {
  return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

}  // namespace

std::string format_date(std::uint64_t seconds) {
  using namespace std::chrono;
  constexpr std::uint64_t last = 253'402'300'799;  // of the year 9999
  const sys_seconds time{std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, last)))};
  const auto day = floor<std::chrono::days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  std::string out(day_names[weekday(day).c_encoding()]);
  out += ", " + std::to_string(static_cast<unsigned>(date.day())) + ' ';
  out += month_names[static_cast<unsigned>(date.month()) - 1];
  out += ' ' + std::to_string(static_cast<int>(date.year())) + ' ';
  out += two_digits(clock.hours().count()) + ':' + two_digits(clock.minutes().count()) + ':' +
         two_digits(clock.seconds().count()) + " +0000";
  return out;
}

}  // namespace header

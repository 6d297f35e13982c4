// Date and time of RFC 5322 section 3.3, the obsolete forms of 4.3, and what programs write instead: the
// order of ctime(), ISO 8601, months as numbers, dots for colons.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/defect.hpp"

namespace header {

inline constexpr base::Rule bad_date{"bad-date", "the date cannot be read", "RFC 5322 3.3",
                                     base::Harm::damage};
inline constexpr base::Rule odd_date{"odd-date", "the date is not written as the grammar has it",
                                     "RFC 5322 3.3"};
inline constexpr base::Rule short_year{"short-year", "the year has less than four digits", "RFC 5322 4.3"};
inline constexpr base::Rule missing_time{"missing-time", "the date has no time of day", "RFC 5322 3.3",
                                         base::Harm::damage};
inline constexpr base::Rule missing_zone{"missing-zone", "the date has no zone", "RFC 5322 3.3",
                                         base::Harm::ambiguous};
inline constexpr base::Rule unknown_zone{"unknown-zone", "the name of the zone says no offset",
                                         "RFC 5322 4.3", base::Harm::ambiguous};
inline constexpr base::Rule named_zone{"named-zone", "the zone is a name instead of an offset",
                                       "RFC 5322 4.3"};
inline constexpr base::Rule wrong_weekday{"wrong-weekday", "the day of the week is not the date's",
                                          "RFC 5322 3.3"};

struct Date {
  int year = 1970;  // 0 to 9999
  int month = 1;    // 1 to 12
  int day = 1;      // one that the month has
  int hour = 0;
  int minute = 0;
  int second = 0;           // 60 in a leap second
  int zone = 0;             // minutes east of UTC
  bool zone_known = false;  // false: there is none, it is "-0000" or a name that means nothing
  friend bool operator==(const Date&, const Date&) = default;

  /// Seconds since 1970 in UTC.
  std::int64_t seconds() const;
};

/// Which month the word is, or begins with the short name of: 1 to 12; 0: none.
int month_of(std::string_view word);

/// The first date of the text, in front of and behind which there may be anything; what stands before a
/// semicolon is none (Received). Nothing for a day or time that does not exist.
std::optional<Date> parse_date(std::string_view text, base::Defects* defects = nullptr);

/// `Tue, 14 Nov 2023 22:13:20 +0000` for seconds since 1970, always in UTC; no later than the year 9999.
std::string format_date(std::uint64_t seconds);

}  // namespace header

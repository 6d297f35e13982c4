#include "header/date.hpp"

#include <gtest/gtest.h>

#include "show_defects.hpp"

namespace date_test {
namespace {

std::string show_date(const std::optional<header::Date>& date) {
  if (!date) return "none";
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d %+05d%s", date->year, date->month,
                date->day, date->hour, date->minute, date->second, date->zone / 60 * 100 + date->zone % 60,
                date->zone_known ? "" : "?");
  return text;
}

TEST(Date, IsWrittenInUtc) {
  EXPECT_EQ(header::format_date(0), "Thu, 1 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(header::format_date(1'700'000'000), "Tue, 14 Nov 2023 22:13:20 +0000");
  EXPECT_EQ(header::format_date(951'782'399), "Mon, 28 Feb 2000 23:59:59 +0000");
  EXPECT_EQ(header::format_date(951'782'400), "Tue, 29 Feb 2000 00:00:00 +0000");
  EXPECT_EQ(header::format_date(UINT64_MAX), "Fri, 31 Dec 9999 23:59:59 +0000");
}

struct Row {
  const char* text;
  const char* wanted;
  const char* defects;
};

void check(const Row& row) {
  base::Defects defects;
  EXPECT_EQ(show_date(header::parse_date(row.text, &defects)), row.wanted) << row.text;
  EXPECT_EQ(show(defects), row.defects) << row.text;
}

TEST(Date, AsTheRfcHasIt) {
  const Row rows[] = {
      {"Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21 09:55:06 -0600", ""},
      {"21 Nov 1997 09:55:06 -0600", "1997-11-21 09:55:06 -0600", ""},
      {"1 Jul 2003 10:52 +0200", "2003-07-01 10:52:00 +0200", ""},
      {" Tue,\r\n 1 Jul 2003 10:52:37 +0200 (CEST)\r\n", "2003-07-01 10:52:37 +0200", ""},
      {"Tue(a), (b(c))1 Jul 2003(d)10:52:37(e)+0200", "2003-07-01 10:52:37 +0200", ""},
      {"30 Jun 2012 23:59:60 +0000", "2012-06-30 23:59:60 +0000", ""},
      {"1 Jan 2000 00:00:00 -0000", "2000-01-01 00:00:00 +0000?", ""},
      {"29 Feb 2000 00:00:00 +1345", "2000-02-29 00:00:00 +1345", ""},
  };
  for (const auto& row : rows) check(row);
}

TEST(Date, ObsoleteForms) {
  const Row rows[] = {
      {"21 Nov 97 09:55:06 GMT", "1997-11-21 09:55:06 +0000", "named-zone@19 short-year@0"},
      {"21 Nov 49 09:55:06 EST", "2049-11-21 09:55:06 -0500", "named-zone@19 short-year@0"},
      {"21 Nov 103 09:55:06 pdt", "2003-11-21 09:55:06 -0700", "named-zone@20 short-year@0"},
      {"21 Nov 1997 09 : 55 : 06 -0600", "1997-11-21 09:55:06 -0600", "odd-date@0"},
      {"21 Nov 1997 09:55:06 A", "1997-11-21 09:55:06 +0000?", "unknown-zone@21"},
      {"21 Nov 1997 09:55:06 Z", "1997-11-21 09:55:06 +0000", "named-zone@21"},
      {"21 Nov 1997 09:55:06 ZZZZ", "1997-11-21 09:55:06 +0000?", "unknown-zone@21"},
      {"21 Nov 1997 09:55:06", "1997-11-21 09:55:06 +0000?", "missing-zone@20"},
      {"Mon, 21 Nov 1997 09:55:06 -0600", "1997-11-21 09:55:06 -0600", "wrong-weekday@0"},
  };
  for (const auto& row : rows) check(row);
}

TEST(Date, AsProgramsWriteIt) {
  const Row rows[] = {
      {"Sun Nov 13 15:38:52 2005", "2005-11-13 15:38:52 +0000?", "missing-zone@24 odd-date@0"},
      {"Sun Nov 13 15:38:52 CET 2005", "2005-11-13 15:38:52 +0100", "named-zone@20 odd-date@0"},
      {"2005-11-13T15:38:52Z", "2005-11-13 15:38:52 +0000", "named-zone@19 odd-date@0"},
      {"2005-11-13 15:38:52.123+01:30", "2005-11-13 15:38:52 +0130", "odd-date@0"},
      {"13-Nov-2005 15:38:52 +0000", "2005-11-13 15:38:52 +0000", "odd-date@0"},
      {"November 13, 2005 3:38 PM", "2005-11-13 15:38:00 +0000?", "missing-zone@25 odd-date@0"},
      {"13 Nov 2005 12:00:00 AM +0000", "2005-11-13 00:00:00 +0000", "odd-date@0"},
      {"13/11/2005 15:38:52 +0000", "2005-11-13 15:38:52 +0000", "odd-date@0"},
      {"11/13/2005 15:38:52 +0000", "2005-11-13 15:38:52 +0000", "odd-date@0"},
      {"13 Nov 2005 15.38.52 +0000", "2005-11-13 15:38:52 +0000", "odd-date@0"},
      {"13 Nov 2005 15:38:52 GMT+0200", "2005-11-13 15:38:52 +0200", "named-zone@21"},
      {"13 Nov 2005 15:38:52 +2", "2005-11-13 15:38:52 +0200", "odd-date@0"},
      {"13 Nov 2005 15:38:52 0200", "2005-11-13 15:38:52 +0200", "odd-date@0"},
      {"13 Nov 2005 15:38:52 EST5EDT", "2005-11-13 15:38:52 -0500", "named-zone@21"},
      {"13 Nov 2005", "2005-11-13 00:00:00 +0000?", "missing-time@11"},
      {"by x id 1:2:3; 13 Nov 2005 15:38:52 +0000", "2005-11-13 15:38:52 +0000", ""},
      {"13 Nov 2005 15:38:52 +0000; ", "2005-11-13 15:38:52 +0000", ""},
      {"13 Nov 2005 15:38:52 +0090", "2005-11-13 15:38:52 +0000?", "unknown-zone@21"},
  };
  for (const auto& row : rows) check(row);
}

TEST(Date, WhatIsNone) {
  for (const char* text :
       {"", "yesterday", "31 Feb 2005 10:00:00 +0000", "29 Feb 2005 10:00:00 +0000",
        "7 Bog 2026 10:00:00 +0000", "7 00 2026 10:00:00 +0000", "0 Jan 2000 10:00:00 +0000",
        "1 Jan 2000 24:00:00 +0000", "1 Jan 2000 10:60:00 +0000", "1 Jan 20000 10:00:00 +0000", "1 1", ";;;",
        "10:00:00 +0000", "99999999999999999999 Jan 2000 10:00:00"}) {
    base::Defects defects;
    EXPECT_EQ(header::parse_date(text, &defects), std::nullopt) << text;
    EXPECT_NE(show(defects).find("bad-date@"), std::string::npos) << text;
  }
  base::Defects defects;
  EXPECT_EQ(header::parse_date("1 Jan 2000 (10:00:00 +0000", &defects), std::nullopt);
  EXPECT_EQ(show(defects), "open-comment@11 bad-date@0");
}

TEST(Date, SecondsSince1970) {
  EXPECT_EQ(header::parse_date("1 Jan 1970 00:00:00 +0000")->seconds(), 0);
  EXPECT_EQ(header::parse_date("Tue, 14 Nov 2023 23:13:20 +0100")->seconds(), 1700000000);
  EXPECT_EQ(header::parse_date("31 Dec 1969 23:59:59 -0000")->seconds(), -1);
  EXPECT_EQ(header::parse_date("1 Jan 0000 00:00:00 +0000")->seconds(), -62167219200);
  for (const std::uint64_t seconds : {0ull, 951782400ull, 4102444800ull, 253402300799ull}) {
    EXPECT_EQ(header::parse_date(header::format_date(seconds))->seconds(),
              static_cast<std::int64_t>(seconds));
  }
}

}  // namespace
}  // namespace date_test

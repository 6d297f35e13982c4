#include "header/date.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Date, IsWrittenInUtc) {
  EXPECT_EQ(header::format_date(0), "Thu, 1 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(header::format_date(1'700'000'000), "Tue, 14 Nov 2023 22:13:20 +0000");
  EXPECT_EQ(header::format_date(951'782'399), "Mon, 28 Feb 2000 23:59:59 +0000");
  EXPECT_EQ(header::format_date(951'782'400), "Tue, 29 Feb 2000 00:00:00 +0000");
}

}  // namespace

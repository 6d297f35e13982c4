#include "base/result.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace result_test {
namespace {

base::Result<int> half(int n) {
  if (n % 2 != 0) return base::fail(base::Exit::data, "odd");
  return n / 2;
}

base::Result<int> quarter(int n) {
  TRY_ASSIGN(const int h, half(n));
  TRY(half(h));
  return h / 2;
}

TEST(Result, TryHandsOnTheFirstError) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().what, "odd");
  EXPECT_EQ(quarter(5).error().code, base::Exit::data);
  EXPECT_THROW(quarter(5).value(), std::logic_error);
}

TEST(Result, DiskTroubleIsWorthRetrying) {
  EXPECT_TRUE(base::worth_retrying(base::system_error("x", ENOSPC).code));
  EXPECT_TRUE(base::worth_retrying(base::system_error("x", EIO).code));
  EXPECT_FALSE(base::worth_retrying(base::system_error("x", EACCES).code));
}

}  // namespace
}  // namespace result_test

#include "serve/clock.hpp"

#include <gtest/gtest.h>

namespace clock_test {
namespace {

TEST(Clock, ChanceIsNeverTheSame) {
  const auto text = serve::random_text();
  ASSERT_TRUE(text);
  EXPECT_EQ(text->size(), 24u);
  EXPECT_EQ(text->find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(*text, *serve::random_text());
}

TEST(Clock, CountsFrom1970) {
  constexpr std::uint64_t year_2025 = 1'735'689'600;
  EXPECT_GT(serve::now_seconds(), year_2025);
  EXPECT_LT(serve::now_seconds(), 2 * year_2025);
}

}  // namespace
}  // namespace clock_test

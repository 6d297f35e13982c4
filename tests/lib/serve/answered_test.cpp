#include "serve/answered.hpp"

#include <gtest/gtest.h>

namespace answered_test {
namespace {

using serve::Answered;

TEST(Answered, RemembersTheLastOfVeryMany) {
  Answered answered;
  const auto name = [](std::size_t host) { return std::to_string(host) + ".test"; };
  constexpr auto many = 5 * Answered::most;
  for (std::size_t host = 0; host < many; ++host) {
    answered.add(name(host));
    answered.add("always.test");
    ASSERT_LE(answered.size(), 2 * Answered::most);
  }
  for (auto host = many - Answered::most / 2; host < many; ++host) ASSERT_TRUE(answered.contains(name(host)));
  EXPECT_TRUE(answered.contains("always.test"));
  EXPECT_FALSE(answered.contains(name(0)));
}

TEST(Answered, OneThatDoesNotAnswerAnyMoreIsForgotten) {
  Answered answered;
  answered.add("mx.test:25");
  for (std::size_t host = 0; host < Answered::most; ++host) answered.add(std::to_string(host));
  answered.remove("mx.test:25");
  EXPECT_FALSE(answered.contains("mx.test:25"));
  answered.add("mx.test:25");
  answered.remove("mx.test:25");
  EXPECT_FALSE(answered.contains("mx.test:25"));
}

}  // namespace
}  // namespace answered_test

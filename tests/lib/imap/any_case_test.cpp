#include "imap/any_case.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/ascii.hpp"

namespace any_case_test {
namespace {

TEST(AnyCase, SaysWhatAPlainSearchSays) {
  std::mt19937 random(1);
  const auto letters = [&](std::size_t length, std::string_view of) {
    std::string out;
    for (std::size_t i = 0; i < length; ++i) out += of[random() % of.size()];
    return out;
  };
  for (int i = 0; i < 20'000; ++i) {
    const auto text = letters(random() % 120, i % 2 == 0 ? "aAbB" : "kK@[`{\xeb\xcbz");
    const auto wanted = letters(random() % 6, i % 2 == 0 ? "ab" : "k@[`{\xeb\xcb");
    ASSERT_EQ(imap::holds_in_any_case(text, wanted), base::lower(text).find(wanted) != std::string::npos)
        << text << " " << wanted;
  }
}

TEST(AnyCase, FindsItAtEveryPlace) {
  for (std::size_t before = 0; before < 70; ++before) {
    for (std::size_t behind = 0; behind < 40; ++behind) {
      const auto text = std::string(before, '.') + "NeEdLe" + std::string(behind, '.');
      EXPECT_TRUE(imap::holds_in_any_case(text, "needle"));
      EXPECT_FALSE(imap::holds_in_any_case(text, "needles"));
    }
  }
}

TEST(AnyCase, WhatIsNearlyThereEverywhereTakesNoLonger) {
  const std::string text(1 << 20, 'a');
  const std::string wanted = std::string(200'000, 'a') + "b" + std::string(200'000, 'a');
  EXPECT_FALSE(imap::holds_in_any_case(text, wanted));
}

}  // namespace
}  // namespace any_case_test

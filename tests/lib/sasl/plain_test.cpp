#include "sasl/plain.hpp"

#include <gtest/gtest.h>

namespace plain_test {
namespace {

TEST(Plain, NameAndPassword) {
  const auto out = sasl::parse_plain(std::string_view("\0tim\0tanstaaftanstaaf", 21)).value();
  EXPECT_EQ(out.name, "tim");
  EXPECT_EQ(out.password, "tanstaaftanstaaf");
  EXPECT_TRUE(sasl::parse_plain(std::string_view("tim\0tim\0x", 9)));
}

TEST(Plain, WhatIsRefused) {
  for (const auto text : {std::string_view(""), std::string_view("a\0b", 3), std::string_view("\0a\0b\0", 5),
                          std::string_view("\0\0b", 3), std::string_view("\0a\0", 3)}) {
    EXPECT_EQ(sasl::parse_plain(text).error().code, base::Exit::data);
  }
  EXPECT_EQ(sasl::parse_plain(std::string_view("bob\0tim\0x", 9)).error().code, base::Exit::not_permitted);
}

}  // namespace
}  // namespace plain_test

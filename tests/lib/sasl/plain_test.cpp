#include "sasl/plain.hpp"

#include <gtest/gtest.h>

#include "codec/base64.hpp"

namespace {

base::Result<sasl::Credentials> decode(std::string_view text) {
  return sasl::decode_plain(codec::base64_encode(text));
}

TEST(Plain, NameAndPassword) {
  const auto out = decode(std::string_view("\0tim\0tanstaaftanstaaf", 21)).value();
  EXPECT_EQ(out.name, "tim");
  EXPECT_EQ(out.password, "tanstaaftanstaaf");
  EXPECT_TRUE(decode(std::string_view("tim\0tim\0x", 9)));
}

TEST(Plain, WhatIsRefused) {
  for (const auto text : {std::string_view(""), std::string_view("a\0b", 3), std::string_view("\0a\0b\0", 5),
                          std::string_view("\0\0b", 3), std::string_view("\0a\0", 3)}) {
    EXPECT_EQ(decode(text).error().code, base::Exit::data);
  }
  EXPECT_EQ(decode(std::string_view("bob\0tim\0x", 9)).error().code, base::Exit::not_permitted);
  EXPECT_FALSE(sasl::decode_plain("!!!!"));
  EXPECT_FALSE(sasl::decode_plain("AGE AGI="));
  EXPECT_FALSE(sasl::decode_plain(std::string(1028, 'A')));
}

}  // namespace

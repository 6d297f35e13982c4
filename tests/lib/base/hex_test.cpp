#include "base/hex.hpp"

#include <gtest/gtest.h>

namespace hex_test {
namespace {

TEST(Hex, EachOctetIsTwoDigits) {
  EXPECT_EQ(base::to_hex(""), "");
  EXPECT_EQ(base::to_hex(std::string("\0\x7f\x80\xffz", 5)), "007f80ff7a");
}

TEST(Hex, ANumberHasAsManyDigitsAsItTakes) {
  EXPECT_EQ(base::hex_number(0), "0");
  EXPECT_EQ(base::hex_number(0, 0), "");
  EXPECT_EQ(base::hex_number(0x1abc), "1abc");
  EXPECT_EQ(base::hex_number(0x10), "10");
  EXPECT_EQ(base::hex_number(0xabc, 8), "00000abc");
  EXPECT_EQ(base::hex_number(0x123456789, 4), "123456789");
  EXPECT_EQ(base::hex_number(UINT64_MAX, 16), "ffffffffffffffff");
}

}  // namespace
}  // namespace hex_test

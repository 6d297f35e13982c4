#include "base/hex.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Hex, EachOctetIsTwoDigits) {
  EXPECT_EQ(base::to_hex(""), "");
  EXPECT_EQ(base::to_hex(std::string("\0\x7f\x80\xffz", 5)), "007f80ff7a");
}

}  // namespace

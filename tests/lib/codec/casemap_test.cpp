#include "codec/casemap.hpp"

#include <gtest/gtest.h>

namespace casemap_test {
namespace {

TEST(Casemap, OneFormOfWhatIsTheSameInAnyCase) {
  constexpr struct {
    const char* text;
    const char* wanted;
  } rows[] = {
      {"", ""},
      {"plain Text 1", "PLAIN TEXT 1"},
      {"\xc3\xa4pfel", "A\xcc\x88PFEL"},
      {"\xc3\x84PFEL", "A\xcc\x88PFEL"},
      {"a\xcc\x88pfel", "A\xcc\x88PFEL"},
      // Greek and Cyrillic; the two small sigmas are one letter.
      {"\xcf\x83\xcf\x82", "\xce\xa3\xce\xa3"},
      {"\xd0\xb6", "\xd0\x96"},
      // The title case of a letter pair, in its compatibility parts.
      {"\xc7\x86", "Dz\xcc\x8c"},
      {"\xef\xac\x81", "fi"},
      {"no UTF-8: \xff \xe4", "NO UTF-8: \xff \xe4"},
  };
  for (const auto& [text, wanted] : rows) EXPECT_EQ(codec::casemap(text), wanted) << text;
}

TEST(Casemap, OrdersAsPeopleDo) {
  EXPECT_LT(codec::casemap("az"), codec::casemap("\xc3\xa4"));
  EXPECT_LT(codec::casemap("\xc3\x84z"), codec::casemap("b"));
}

}  // namespace
}  // namespace casemap_test

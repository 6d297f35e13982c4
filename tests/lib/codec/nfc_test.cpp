#include "codec/nfc.hpp"

#include <gtest/gtest.h>

namespace nfc_test {
namespace {

TEST(Nfc, OneFormOfEach) {
  constexpr struct {
    const char* text;
    const char* wanted;
  } rows[] = {
      {"", ""},
      {"plain", "plain"},
      {"Bu\xcc\x88"
       "cher",
       "B\xc3\xbc"
       "cher"},
      {"B\xc3\xbc"
       "cher",
       "B\xc3\xbc"
       "cher"},
      // Compatibility characters are others, and stay (NFKC would make "fi" of the first).
      {"\xef\xac\x81", "\xef\xac\x81"},
      {"\xe2\x84\xab", "\xc3\x85"},
      {"\xe1\x84\x80\xe1\x85\xa1", "\xea\xb0\x80"},
      {"no UTF-8: \xff u\xcc\x88", "no UTF-8: \xff u\xcc\x88"},
  };
  for (const auto& [text, wanted] : rows) EXPECT_EQ(codec::nfc(text), wanted) << text;
}

}  // namespace
}  // namespace nfc_test

#include "codec/hmac.hpp"

#include <gtest/gtest.h>

namespace hmac_test {
namespace {

std::string hex(std::string_view octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : octets) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

TEST(Hmac, ExamplesOfTheStandards) {
  EXPECT_EQ(hex(codec::sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231 cases 2 and 6: a short key, and one longer than a block.
  EXPECT_EQ(hex(codec::hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(codec::hmac_sha256(std::string(131, '\xaa'),
                                   "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  // RFC 7914 section 11, first 32 octets.
  EXPECT_EQ(hex(codec::pbkdf2_sha256("passwd", "salt", 1)),
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
  EXPECT_EQ(hex(codec::pbkdf2_sha256("Password", "NaCl", 80000)),
            "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56");
}

TEST(Hmac, SameOctets) {
  EXPECT_TRUE(codec::same_octets("", ""));
  EXPECT_TRUE(codec::same_octets("ab", "ab"));
  EXPECT_FALSE(codec::same_octets("ab", "aB"));
  EXPECT_FALSE(codec::same_octets("ab", "abc"));
}

}  // namespace
}  // namespace hmac_test

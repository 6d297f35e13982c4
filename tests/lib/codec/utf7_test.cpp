#include "codec/utf7.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace utf7_test {
namespace {

TEST(Utf7, BothWays) {
  const struct {
    const char* utf8;
    const char* utf7;
  } rows[] = {
      {"", ""},
      {"Sent", "Sent"},
      {"a&b", "a&-b"},
      {"Entw\xc3\xbcrfe", "Entw&APw-rfe"},
      {"~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
       "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},  // RFC 3501
      {"\xf0\x9f\x93\xac", "&2D3c7A-"},
      {"\xc3\xa4\xc3\xb6", "&AOQA9g-"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(codec::imap_utf7_encode(row.utf8), row.utf7);
    EXPECT_EQ(codec::imap_utf7_decode(row.utf7).value(), row.utf8);
  }
}

TEST(Utf7, WhatNoEncoderWritesIsRefused) {
  for (const char* text : {"&", "&AOQ", "&AGE-", "&2D0-", "&3Ow-", "&AOQB-", "\xc3\xa4", "&A-", "&!-"}) {
    EXPECT_FALSE(codec::imap_utf7_decode(text)) << text;
  }
}

std::string utf8_of(std::uint32_t c) {
  const auto rest = [c](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3F)); };
  const auto start = [c](std::uint32_t mark, int shift) { return static_cast<char>(mark | c >> shift); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {start(0xC0, 6), rest(0)};
  if (c < 0x10000) return {start(0xE0, 12), rest(6), rest(0)};
  return {start(0xF0, 18), rest(12), rest(6), rest(0)};
}

TEST(Utf7, EveryCharacterComesBackWhereverItsBitsEnd) {
  for (std::uint32_t c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 251) {
    if (c >= 0xD800 && c < 0xE000) continue;
    const auto one = utf8_of(c);
    // One, two and three at once fill another number of base64's digits.
    for (const auto& utf8 : {one, one + one, one + one + one, "a" + one + "&b"}) {
      const auto utf7 = codec::imap_utf7_encode(utf8);
      ASSERT_EQ(codec::imap_utf7_decode(utf7).value(), utf8) << c << " " << utf7;
      ASSERT_TRUE(std::all_of(utf7.begin(), utf7.end(), [](char x) { return x >= ' ' && x < 127; })) << utf7;
    }
  }
}

TEST(Utf7, OctetsThatAreNoUtf8AreTakenForLatin1) {
  const struct {
    std::string octets;
    const char* utf7;
  } rows[] = {{"\xe4", "&AOQ-"}, {"\xe4z", "&AOQ-z"}, {"\xc3\xa4\xff", "&AOQA,w-"}, {"\xf0\x9f", "&APAAnw-"}};
  for (const auto& row : rows) EXPECT_EQ(codec::imap_utf7_encode(row.octets), row.utf7);
}

}  // namespace
}  // namespace utf7_test

#include "codec/utf7.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace utf7_test

#include "header/encoded_word.hpp"

#include <gtest/gtest.h>

namespace encoded_word_test {
namespace {

TEST(EncodedWord, Decodes) {
  const struct {
    std::string_view text;
    std::string_view wanted;
  } rows[] = {
      // RFC 2047 section 8
      {"=?ISO-8859-1?Q?a?=", "a"},
      {"=?ISO-8859-1?Q?a?= b", "a b"},
      {"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"},
      {"=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"},
      {"=?ISO-8859-1?Q?a?=\r\n   =?ISO-8859-1?Q?b?=", "ab"},
      {"=?ISO-8859-1?Q?a_b?=", "a b"},
      {"=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"},
      {"=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"},
      {"=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\n "
       "=?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
       "If you can read this you understand the example."},
      {"Re: =?utf-8?q?caf=C3=A9?= ok", "Re: caf\xC3\xA9 ok"},
      {"=?iso-8859-1*fr?q?=E9?=", "\xC3\xA9"},
      {"plain", "plain"},
      {"", ""},
      // against the rules
      {"=?utf-8?Q?=E2=82?= =?utf-8?Q?=AC?=", "\xE2\x82\xAC"},
      {"=?utf-8?B?4oI?= =?utf-8?Q?=AC?=", "\xE2\x82\xAC"},
      {"x=?utf-8?q?y?=z", "xyz"},
      {"\"=?utf-8?q?a,b?=\"", "\"a,b\""},
      {"=?utf-8?q?a b?=", "a b"},
      {"=?utf-8?q?a?=20b?=", "a? b"},
      {"=?utf-8?q?a=zz=?=", "a=zz="},
      {"=?utf-8?b?Zm9v*YmFy?=", "foobar"},
      {"=?utf-8?q?"
       "?=",
       ""},
      {"caf\xE9", "caf\xC3\xA9"},
      {"caf\xC3\xA9", "caf\xC3\xA9"},
      {"=?klingon?q?a?= =?klingon?q?b?=", "=?klingon?q?a?= =?klingon?q?b?="},
      {"=?utf-8?x?a?=", "=?utf-8?x?a?="},
      {"=?utf-8?q?never", "=?utf-8?q?never"},
      {"=?utf-8?=?utf-8?q?a?=", "=?utf-8?a"},
      {"=??q?a?=", "=??q?a?="},
      {"=?utf-8?q?a=0D=0ABcc:_x=00?=", "a  Bcc: x "},
      {"=?iso-2022-jp?b?GyRCJCIbKEI=?= =?iso-2022-jp?b?GyRCJCIbKEI=?=", "\xE3\x81\x82\xE3\x81\x82"},
  };
  for (const auto& row : rows) EXPECT_EQ(header::decode_words(row.text), row.wanted) << row.text;
}

TEST(EncodedWord, ManyBeginningsTakeLinearTime) {
  for (const std::string beginning : {"=?a?q?", "=?a?x", "=?", "=?a"}) {
    std::string text;
    for (int i = 0; i < 200'000; ++i) text += beginning;
    EXPECT_EQ(header::decode_words(text), text);
    EXPECT_FALSE(header::decode_words(text + "?=").empty());
  }
}

std::size_t widest(std::string_view text) {
  std::size_t most = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    most = std::max(most, end - at);
    at = end + 1;
  }
  return most;
}

std::string value_of(std::string_view field) {
  return header::decode_words(field.substr(field.find(':') + 1));
}

TEST(EncodedWord, WritesText) {
  EXPECT_EQ(header::text_field("Subject", "plain text, even (this) =here"),
            "Subject: plain text, even (this) =here\n");
  EXPECT_EQ(header::text_field("Subject", "a caf\xC3\xA9 in town"),
            "Subject: a =?UTF-8?Q?caf=C3=A9?= in town\n");
  EXPECT_EQ(header::text_field("Subject", ""), "Subject:\n");
  EXPECT_EQ(header::text_field("Subject", "x\r\nBcc: y"), "Subject: x  Bcc: y\n");
  EXPECT_EQ(header::text_field("Subject", "=?utf-8?q?x?="),
            "Subject: =?UTF-8?Q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=\n");
}

TEST(EncodedWord, WhatIsWrittenReadsTheSame) {
  std::string greek;
  for (int i = 0; i < 60; ++i) greek += i % 7 == 6 ? " " : "\xCE\xB1";
  const std::string rows[] = {
      "a" + std::string(60, ' ') + "b" + std::string(19, ' ') + "c" + std::string(19, ' ') + "\xC3\xA9",
      greek,
      "Re: " + greek,
      "caf\xC3\xA9 " + greek + " end",
      std::string(300, 'x'),
      "a  \xC3\xA9  \xC3\xA9  b   c",
      std::string(74, 'x') + " " + std::string(74, 'y') + " \xC3\xA9",
      "\xF0\x9F\x98\x80 \xF0\x9F\x98\x80 =?",
      "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
      "seventeen"};
  for (const auto& text : rows) {
    const auto field = header::text_field("X-Some-Long-Name", text);
    EXPECT_LE(widest(field), 76u) << field;
    EXPECT_EQ(value_of(field), text) << field;
  }
}

TEST(EncodedWord, WordsNeverSplitACharacter) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "\xF0\x9F\x98\x80";
  const auto words = header::encode_words(text, 24);
  EXPECT_EQ(header::decode_words(words), text);
  for (std::size_t at = 0; at < words.size();) {
    const auto end = std::min(words.find(' ', at), words.size());
    EXPECT_LE(end - at, 75u);
    const auto one = header::decode_words(words.substr(at, end - at));
    EXPECT_EQ(one.find("\xEF\xBF\xBD"), std::string::npos) << one;
    at = end + 1;
  }
}

TEST(EncodedWord, Phrases) {
  const struct {
    const char* name;
    const char* wanted;
  } rows[] = {{"Alice", "From: Alice\n"},
              {"Alice B. Toklas", "From: \"Alice B. Toklas\"\n"},
              {"a \"b\" \\", "From: \"a \\\"b\\\" \\\\\"\n"},
              {"J\xC3\xB6rg Muller (x)", "From: =?UTF-8?Q?J=C3=B6rg_Muller_=28x=29?=\n"},
              {"", "From:\n"}};
  for (const auto& row : rows) {
    header::FieldWriter field("From");
    header::put_phrase(field, row.name);
    EXPECT_EQ(std::move(field).finish(), row.wanted);
  }
}

}  // namespace
}  // namespace encoded_word_test

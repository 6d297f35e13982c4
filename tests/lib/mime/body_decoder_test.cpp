#include "mime/body_decoder.hpp"

#include <gtest/gtest.h>

namespace body_decoder_test {
namespace {

TEST(BodyDecoder, Table) {
  const struct {
    const char* encoding;
    const char* text;
    const char* wanted;
    const char* damage;  // name@offset
  } rows[] = {{"", "a=41", "a=41", ""},
              {"7bit", "a", "a", ""},
              {"Base64", "Zm9v", "foo", ""},
              {"base64 (comment)", "Zm9v", "foo", ""},
              {"base64", "Zm*9v", "foo", "bad-base64@2"},
              {"base64", "Zm8=\nZm9v\n=", "fo", "bad-base64@5"},
              {"quoted-printable", "a=41 \r\n", "aA\r\n", ""},
              {"quoted-printable", "a=4x", "a=4x", "bad-quoted-printable@1"},
              {"x-uuencode", "begin 644 x\n#9F]O\n`\nend\n", "foo", ""},
              {"uuencode", "begin 644 x\n#9F]O\n", "foo", "bad-uuencode@18"}};
  for (const auto& row : rows) {
    mime::BodyDecoder decoder(row.encoding);
    std::string out;
    decoder.update(row.text, out);
    decoder.finish(out);
    EXPECT_EQ(out, row.wanted) << row.encoding;
    const auto damage = decoder.damage();
    EXPECT_EQ(damage ? std::string(damage->rule->name) + "@" + std::to_string(damage->offset) : "",
              row.damage)
        << row.text;
    EXPECT_EQ(decoder.damaged(), damage.has_value());
  }
}

TEST(BodyDecoder, WhatIsNotKnownStaysAsItIs) {
  EXPECT_TRUE(mime::is_known_encoding("QUOTED-PRINTABLE"));
  EXPECT_FALSE(mime::is_known_encoding("x-yenc"));
  mime::BodyDecoder decoder("x-yenc");
  std::string out;
  decoder.update("=ybegin", out);
  EXPECT_EQ(out, "=ybegin");
  EXPECT_TRUE(decoder.damaged());
}

}  // namespace
}  // namespace body_decoder_test

#include "mime/transfer.hpp"

#include <gtest/gtest.h>

namespace transfer_test {
namespace {

using mime::Encoding;
using mime::Role;

mime::Survey survey(std::string_view text, std::size_t split) {
  mime::Survey out("BOUND");
  out.update(text.substr(0, split));
  out.update(text.substr(split));
  out.finish();
  return out;
}

TEST(Transfer, ChoosesAtEverySplit) {
  constexpr auto seven = Encoding::seven_bit;
  constexpr auto eight = Encoding::eight_bit;
  constexpr auto qp = Encoding::quoted_printable;
  constexpr auto base64 = Encoding::base64;
  const std::string longest(998, 'x');
  const struct {
    std::string text;
    Encoding body, file, message;
  } rows[] = {
      {"", seven, seven, seven},
      {"plain\n", seven, seven, seven},
      {"plain\r\nlines\r\n", seven, base64, seven},
      {"bare\rCR\n", qp, base64, base64},
      {"at the end\r", qp, base64, base64},
      {"a caf\xC3\xA9 in town\n", qp, qp, eight},
      {"\xCE\xB1\xCE\xB2\xCE\xB3\n", base64, base64, eight},
      {std::string("zero\0", 5), base64, base64, base64},
      {longest + "\r\n", seven, base64, seven},
      {longest + "x\n", qp, qp, base64},
      {"x\nFrom me\n", qp, qp, seven},
      {".\nx", qp, qp, seven},
      {"x\n.", qp, qp, seven},
      {"x\n--1BOUND\n", base64, base64, base64},
      {"x --BOUND\n", seven, seven, seven},
  };
  for (const auto& row : rows) {
    for (std::size_t split = 0; split <= row.text.size(); ++split) {
      const auto seen = survey(row.text, split);
      ASSERT_EQ(seen.choose(Role::body), row.body) << row.text << " " << split;
      ASSERT_EQ(seen.choose(Role::file), row.file) << row.text << " " << split;
      ASSERT_EQ(seen.choose(Role::message), row.message) << row.text << " " << split;
    }
  }
}

TEST(Transfer, SeesEveryOctetAtEveryPlace) {
  for (int octet = 0; octet < 256; ++octet) {
    const bool control = (octet < 32 && octet != '\t' && octet != '\n' && octet != '\f' && octet != '\b' &&
                          octet != 27 && octet != '\r') ||
                         octet == 127;
    const auto wanted = control || octet == '\r' ? Encoding::base64
                        : octet > 127            ? Encoding::quoted_printable
                                                 : Encoding::seven_bit;
    for (std::size_t at = 0; at < 20; ++at) {
      std::string text(20, 'x');
      text[at] = static_cast<char>(octet);
      ASSERT_EQ(survey(text, 0).choose(Role::file), wanted) << octet << " at " << at;
      ASSERT_EQ(survey(text, 0).text(), !control) << octet << " at " << at;
      ASSERT_EQ(survey(text, 0).ascii(), octet < 128) << octet << " at " << at;
    }
  }
}

TEST(Transfer, ChoosesBase64WhereMoreThanAThirdIsEscaped) {
  for (const auto& [text, wanted] :
       {std::pair{std::string("\xC3\xA9=xx=xxx=xxxx=xxx"), Encoding::quoted_printable},
        {std::string("\xC3\xA9=xx=xxx=xxxx==xx"), Encoding::base64}}) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      const auto turned = text.substr(text.size() - at) + text.substr(0, text.size() - at);
      EXPECT_EQ(survey(turned, 0).choose(Role::body), wanted) << turned;
    }
  }
}

TEST(Transfer, LineEndsThatDiffer) {
  for (const auto& [text, mixed] : {std::pair{"a\nb\n", false},
                                    {"a\r\nb\r\n", false},
                                    {"a\r\nb", false},
                                    {"", false},
                                    {"a\r\nb\n", true},
                                    {"a\nb\r\n", true},
                                    {"a\rb", true},
                                    {"a\r", true}}) {
    for (std::size_t split = 0; split <= std::string_view(text).size(); ++split)
      EXPECT_EQ(survey(text, split).mixed_line_ends(), mixed) << text << split;
  }
}

TEST(Transfer, KnowsUtf8AtEverySplit) {
  const struct {
    std::string_view text;
    bool ascii, utf8;
  } rows[] = {{"plain", true, true},
              {"caf\xC3\xA9 \xF0\x9F\x98\x80.", false, true},
              {"caf\xC3", false, false},
              {"\xE9t\xE9", false, false},
              {"\xE2\xE2\xE2\xE2\xE2\xE2", false, false},
              {"\xE2\x82 \xAC", false, false}};
  for (const auto& row : rows) {
    for (std::size_t split = 0; split <= row.text.size(); ++split) {
      const auto seen = survey(row.text, split);
      EXPECT_EQ(seen.ascii(), row.ascii) << row.text;
      EXPECT_EQ(seen.utf8(), row.utf8) << row.text << split;
    }
  }
}

TEST(Transfer, EncodesAsChosen) {
  const auto encode = [](Encoding encoding, Role role, std::string_view text) {
    std::string out;
    mime::BodyEncoder encoder(encoding, role);
    for (const char& c : text) encoder.update({&c, 1}, out);
    encoder.finish(out);
    return out;
  };
  EXPECT_EQ(encode(Encoding::seven_bit, Role::body, "a\r\nb\rc\r"), "a\nb\rc\r");
  EXPECT_EQ(encode(Encoding::seven_bit, Role::file, "a\nb"), "a\nb");
  EXPECT_EQ(encode(Encoding::quoted_printable, Role::body, "a=\r\n"), "a=3D\n");
  EXPECT_EQ(encode(Encoding::base64, Role::file, "foo"), "Zm9v\n");
}

TEST(Transfer, LineEndsAtEverySplit) {
  const std::string_view text = "a\r\nb\rc\r\r\n\nd\r";
  for (std::size_t split = 0; split <= text.size(); ++split) {
    mime::LineEnds lines;
    std::string out;
    lines.update(text.substr(0, split), out);
    lines.update(text.substr(split), out);
    lines.finish(out);
    EXPECT_EQ(out, "a\nb\rc\r\n\nd\r");
  }
}

}  // namespace
}  // namespace transfer_test

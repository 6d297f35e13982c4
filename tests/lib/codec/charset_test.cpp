#include "codec/charset.hpp"

#include <gtest/gtest.h>

namespace charset_test {
namespace {

const struct {
  std::string_view charset;
  std::string_view text;
  std::string_view wanted;
} rows[] = {
    {"utf-8", "caf\xC3\xA9", "caf\xC3\xA9"},
    {"UTF8", "\xC3\xA9\xFFx", "\xC3\xA9\xEF\xBF\xBDx"},
    {"utf-8", "cut \xE2\x82", "cut \xEF\xBF\xBD\xEF\xBF\xBD"},
    {"us-ascii", "plain", "plain"},
    {"us-ascii", "caf\xE9 \xC3\xA9", "caf\xC3\xA9 \xC3\xA9"},
    {"", "\x80", "\xE2\x82\xAC"},
    {"iso-8859-1", "caf\xE9 \x80", "caf\xC3\xA9 \xE2\x82\xAC"},
    {"ISO_8859-1:1987", "\xE9", "\xC3\xA9"},
    {"iso8859-15", "\xA4", "\xE2\x82\xAC"},
    {"windows-1251", "\xC0", "\xD0\x90"},
    {"cp-1251", "\xC0", "\xD0\x90"},
    {"koi8-r", "\xC1", "\xD0\xB0"},
    {"csISOLatin2", "\xB1", "\xC4\x85"},
    {"greek", "\xE1", "\xCE\xB1"},
    {"ibm866", "\xA0", "\xD0\xB0"},
    {"CP737", "\x98", "\xCE\xB1"},
    {"cp50221", "\x1B$B$\"\x1B(B", "\xE3\x81\x82"},
    {"iso-2022-jp", "\x1B$B$\"\x1B(B.", "\xE3\x81\x82."},
    {"shift_jis", "\x82\xA0", "\xE3\x81\x82"},
    {"gb2312", "\xC4\xE3", "\xE4\xBD\xA0"},
    {"eucgb2312_cn", "\xC4\xE3", "\xE4\xBD\xA0"},
    {"big5", "\xA7\x41", "\xE4\xBD\xA0"},
    {"ks_c_5601-1987", "\xB0\xA1", "\xEA\xB0\x80"},
    {"utf-16", "\xFF\xFE\x41\x01", "\xC5\x81"},
    {"utf-7", "+AOk-", "\xC3\xA9"},
    {"windows-1252", "\x81z", "\xEF\xBF\xBDz"},
};

TEST(Charset, TableAtEverySplit) {
  for (const auto& row : rows) {
    for (std::size_t split = 0; split <= row.text.size(); ++split) {
      auto converter = codec::Utf8Converter::open(row.charset);
      ASSERT_TRUE(converter) << row.charset;
      std::string out;
      converter->update(row.text.substr(0, split), out);
      converter->update(row.text.substr(split), out);
      converter->finish(out);
      EXPECT_EQ(out, row.wanted) << row.charset << " " << split;
      EXPECT_EQ(converter->replaced() > 0, row.wanted.find("\xEF\xBF\xBD") != std::string_view::npos)
          << row.charset;
    }
  }
}

TEST(Charset, LongTextAndManyErrors) {
  std::string text;
  std::string wanted;
  for (int i = 0; i < 10'000; ++i) {
    text += i % 10 == 0 ? "\x81" : "\xE9";
    wanted += i % 10 == 0 ? "\xEF\xBF\xBD" : "\xC3\xA9";
  }
  EXPECT_EQ(*codec::to_utf8(text, "windows-1252"), wanted);
}

TEST(Charset, UnknownLabelsNeverReachIconv) {
  for (const char* label :
       {"klingon", "../../tmp/evil", "UTF-8//TRANSLIT//x", "iso-8859-12", "iso-8859-99", "cp1259"}) {
    const auto out = codec::to_utf8("x", label);
    ASSERT_FALSE(out) << label;
    EXPECT_EQ(out.error().code, base::Exit::data);
  }
}

}  // namespace
}  // namespace charset_test

#include "header/parameter.hpp"

#include <gtest/gtest.h>

namespace parameter_test {
namespace {

std::string get(const header::RawParameters& raw, std::string_view name) {
  return header::parameter(raw, name).value_or("none");
}

TEST(Parameter, Reads) {
  const struct {
    header::RawParameters raw;
    const char* wanted;
  } rows[] = {
      // RFC 2231 sections 3 and 4
      {{{"name*0", "ftp://"}, {"name*1", "cs.utk.edu"}}, "ftp://cs.utk.edu"},
      {{{"name*", "us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A"}}, "This is ***fun***"},
      {{{"name*0*", "us-ascii'en'This%20is%20even%20more%20"},
        {"name*1*", "%2A%2A%2Afun%2A%2A%2A%20"},
        {"name*2", "isn't it!"}},
       "This is even more ***fun*** isn't it!"},
      {{{"name*", "iso-8859-1''caf%E9"}}, "caf\xC3\xA9"},
      {{{"name*1*", "b"}, {"name*0*", "utf-8''a%C3"}, {"name*2*", "%A9"}},
       "a\xEF\xBF\xBD"
       "b\xEF\xBF\xBD"},
      {{{"name*1*", "%A9b"}, {"name*0*", "utf-8''a%C3"}},
       "a\xC3\xA9"
       "b"},
      {{{"name", "old"}, {"name*", "utf-8''new"}}, "new"},
      {{{"name", "plain"}}, "plain"},
      {{{"NAME", "plain"}}, "plain"},
      {{{"name*0", "a"}, {"name*2", "c"}}, "a"},
      {{{"name*1", "b"}, {"name", "plain"}}, "plain"},
      // against the rules
      {{{"name", "=?utf-8?q?caf=C3=A9?="}}, "caf\xC3\xA9"},
      {{{"name", "caf\xE9"}}, "caf\xC3\xA9"},
      {{{"name", "caf\xC3\xA9"}}, "caf\xC3\xA9"},
      {{{"name*0", "=?utf-8?q?caf"}, {"name*1", "=C3=A9?="}}, "caf\xC3\xA9"},
      {{{"name*", "caf%C3%A9"}}, "caf\xC3\xA9"},
      {{{"name*", "klingon''caf%C3%A9"}}, "caf\xC3\xA9"},
      {{{"name", "utf-8''caf%C3%A9%20x"}}, "caf\xC3\xA9 x"},
      {{{"name", "100%20it's o'k"}}, "100%20it's o'k"},
      {{{"name*0", "utf-8''caf%C3"}, {"name*1", "%A9"}}, "caf\xC3\xA9"},
      {{{"name*0*", "utf-8''caf%C3"}, {"name*1*", "utf-8''%A9"}}, "caf\xC3\xA9"},
      {{{"name*0*", "utf-8''caf%20"}, {"name*1*", "it's o'k"}}, "caf it's o'k"},
      {{{"name*", "utf-8''a%0D%0Ab%00"}}, "a  b"},
      {{{"name*", "utf-8''100%"}}, "100%"},
      {{{"names", "x"}, {"nam", "y"}, {"name*x", "z"}, {"name*0001001", "z"}}, "none"},
  };
  for (const auto& row : rows) EXPECT_EQ(get(row.raw, "name"), row.wanted) << row.raw[0].second;
}

TEST(Parameter, TellsCharsetAndLanguage) {
  const auto out = header::parameter_text({{"title*0*", "US-ASCII'en-us'a%20"}, {"title*1", "b"}}, "title");
  ASSERT_TRUE(out);
  EXPECT_EQ(out->value, "a b");
  EXPECT_EQ(out->charset, "US-ASCII");
  EXPECT_EQ(out->language, "en-us");
  EXPECT_EQ(header::parameter_text({{"title", "a"}}, "title")->language, "");
  EXPECT_FALSE(header::parameter_text({{"title", "a"}}, "name"));
}

std::string written(void (*put)(header::FieldWriter&, std::string_view, std::string_view),
                    std::string_view value) {
  header::FieldWriter field("Content-Disposition");
  field.put("attachment", " ", 1);
  put(field, "filename", value);
  return std::move(field).finish();
}

TEST(Parameter, WhatLooksEncodedIsWrittenSoThatItIsRead) {
  for (const char* value : {"=?utf-8?q?x?=", "utf-8''a%20b", "a=?b"}) {
    const auto text = written(header::put_parameter, value);
    EXPECT_NE(text.find("filename*=UTF-8''"), text.npos) << text;
    EXPECT_NE(written(header::put_old_parameter, value).find("filename="), text.npos) << value;
  }
}

TEST(Parameter, Writes) {
  EXPECT_EQ(written(header::put_parameter, "a.pdf"), "Content-Disposition: attachment; filename=a.pdf\n");
  EXPECT_EQ(written(header::put_parameter, "a \"b\".pdf"),
            "Content-Disposition: attachment; filename=\"a \\\"b\\\".pdf\"\n");
  // A token by the grammar, but readers take the apostrophe for a quote or for a form of RFC 2231.
  EXPECT_EQ(written(header::put_parameter, "a'b"), "Content-Disposition: attachment; filename=\"a'b\"\n");
  EXPECT_EQ(written(header::put_parameter, ""), "Content-Disposition: attachment; filename=\"\"\n");
  EXPECT_EQ(written(header::put_parameter, "caf\xC3\xA9 1"),
            "Content-Disposition: attachment; filename*=UTF-8''caf%C3%A9%201\n");
  EXPECT_EQ(written(header::put_old_parameter, "caf\xC3\xA9"),
            "Content-Disposition: attachment; filename=\"=?UTF-8?Q?caf=C3=A9?=\"\n");
  EXPECT_EQ(written(header::put_old_parameter, "a.pdf"), "Content-Disposition: attachment; filename=a.pdf\n");
}

TEST(Parameter, LongValuesAreFolded) {
  std::string value;
  for (int i = 0; i < 40; ++i) value += "\xCE\xB1 ";
  value += "x";
  for (const auto put : {header::put_parameter, header::put_old_parameter}) {
    const auto field = written(put, value);
    for (std::size_t at = 0; at < field.size();) {
      const auto end = field.find('\n', at);
      EXPECT_LE(end - at, 76u) << field;
      EXPECT_TRUE(at == 0 || field[at] == ' ') << field;
      at = end + 1;
    }
  }
  const auto field = written(header::put_parameter, value);
  EXPECT_NE(field.find(";\n filename*0*=UTF-8''%CE%B1%20"), std::string::npos) << field;
  EXPECT_NE(field.find(";\n filename*1*="), std::string::npos) << field;
}

}  // namespace
}  // namespace parameter_test

#include "header/address_field.hpp"

#include <gtest/gtest.h>

namespace address_field_test {
namespace {

TEST(AddressField, Table) {
  const struct {
    const char* value;
    const char* wanted;  // "": refused
  } rows[] = {
      {"bob@b.test", "To: bob@b.test\n"},
      {"bob", "To: bob\n"},
      {"Bob B. <bob@b.test>, J\xC3\xB6rg <j@x.test>",
       "To: \"Bob B.\" <bob@b.test>, =?UTF-8?Q?J=C3=B6rg?= <j@x.test>\n"},
      {"\"a, b\" <c@d.test>", "To: \"a, b\" <c@d.test>\n"},
      {"=?utf-8?q?J=C3=B6rg_Muller?= <j@x.test>", "To: =?UTF-8?Q?J=C3=B6rg_Muller?= <j@x.test>\n"},
      {"friends: a@b.test, c@d.test;", "To: friends: a@b.test, c@d.test;\n"},
      {"a@b.test\r\nBcc: evil@x.test", ""},
      {"", ""},
      {",", ""},
      {"j\xC3\xB6rg@b.test", ""},
      {"a@b\xC3\xA9.test", ""},
      {"<>", ""},
  };
  for (const auto& row : rows) {
    const auto out = header::address_field("To", row.value);
    EXPECT_EQ(out ? *out : "", row.wanted) << row.value;
  }
}

TEST(AddressField, MayWriteUtf8) {
  using header::Form;
  EXPECT_EQ(*header::address_field("To", "J\xC3\xB6rg <j\xC3\xB6@b\xC3\xA9.test>", Form::utf8),
            "To: J\xC3\xB6rg <j\xC3\xB6@b\xC3\xA9.test>\n");
  EXPECT_EQ(*header::any_field("X-Note", "caf\xC3\xA9", Form::utf8), "X-Note: caf\xC3\xA9\n");
  EXPECT_EQ(*header::any_field("Cc", "j\xC3\xB6@b.test", Form::utf8), "Cc: j\xC3\xB6@b.test\n");
  EXPECT_FALSE(header::any_field("Cc", "j\xC3\xB6@b.test"));
}

TEST(AddressField, GuessesNothing) {
  for (const char* value : {"a@b.test c@d.test", "John a@b.test", "a@b.test <c@d.test>", "<a@b.test",
                            "a@b@c.test", "\"a <b@c.test>", "a@b.test (x"}) {
    EXPECT_FALSE(header::address_field("To", value)) << value;
  }
}

TEST(AddressField, LongListsAreFolded) {
  std::string list = "first@example.test";
  for (int i = 0; i < 20; ++i) list += ", Some Body <somebody" + std::to_string(i) + "@example.test>";
  const auto field = *header::address_field("Cc", list);
  for (std::size_t at = 0; at < field.size();) {
    const auto end = field.find('\n', at);
    EXPECT_LE(end - at, 76u);
    at = end + 1;
  }
}

TEST(AddressField, AnyField) {
  EXPECT_EQ(*header::any_field("cc", "J\xC3\xB6 <a@b.test>"), "cc: =?UTF-8?B?SsO2?= <a@b.test>\n");
  EXPECT_EQ(*header::any_field("X-Note", " caf\xC3\xA9 ok"), "X-Note: =?UTF-8?Q?caf=C3=A9?= ok\n");
  const std::string id = "<" + std::string(100, 'x') + "@y.test>";
  EXPECT_EQ(*header::any_field("References", "<a@b.test> " + id), "References: <a@b.test>\n " + id + "\n");
  for (const char* name : {"", "a b", "a:b", "caf\xC3\xA9"})
    EXPECT_FALSE(header::any_field(name, "x")) << name;
}

}  // namespace
}  // namespace address_field_test

#include "header/message_id.hpp"

#include <gtest/gtest.h>

#include "show_defects.hpp"

namespace message_id_test {
namespace {

TEST(MessageId, Table) {
  const struct {
    const char* text;
    const char* wanted;
    const char* defects;
  } rows[] = {
      {"<1@a.test>", "1@a.test", ""},
      {" <1@a.test>\r\n <2@b.test> (why) <3@c.test>\r\n", "1@a.test|2@b.test|3@c.test", ""},
      {"<1@a.test><2@b.test>", "1@a.test|2@b.test", ""},
      {"<1@a.test>, <2@b.test>", "1@a.test|2@b.test", ""},
      {"<1 @ a . test>", "1@a.test", "blank-in-id@0"},
      {"<1@a(no)b.test>", "1@ab.test", "blank-in-id@0"},
      {"<\"a b>c\"@d.test>", "\"a b>c\"@d.test", ""},
      {"<12@[192.0.2.1]>", "12@[192.0.2.1]", ""},
      {"Your message of Monday <1@a.test>", "1@a.test", "phrase-in-ids@0"},
      {"\"<not@this>\" <1@a.test>", "1@a.test", "phrase-in-ids@0"},
      {"1@a.test", "1@a.test", "bare-id@0"},
      {"1@a.test 2@b.test words", "1@a.test|2@b.test", "bare-id@0 bare-id@9"},
      {"1@a.test>", "1@a.test", "bare-id@0"},
      {"m", "m", "bare-id@0 id-without-at@0"},
      {"<m>", "m", "id-without-at@0"},
      {"<@a>", "@a", "id-without-at@0"},
      {"<1@a.test", "1@a.test", "open-id@0"},
      {"<1@a.test <2@b.test>", "1@a.test|2@b.test", "open-id@0 blank-in-id@0"},
      {"<<1@a.test>>", "1@a.test", "phrase-in-ids@11"},
      {"<>", "", "empty-id@0 empty-id@0"},
      {"", "", "empty-id@0"},
      {"two words", "", "empty-id@0"},
      {"(<1@a.test>", "", "open-comment@0 empty-id@0"},
  };
  for (const auto& row : rows) {
    base::Defects defects;
    std::string out;
    for (const auto& id : header::parse_message_ids(row.text, &defects)) out += (out.empty() ? "" : "|") + id;
    EXPECT_EQ(out, row.wanted) << row.text;
    EXPECT_EQ(show(defects), row.defects) << row.text;
  }
}

TEST(MessageId, HasALimit) {
  base::Defects defects;
  EXPECT_EQ(header::parse_message_ids("<1@a> <2@b> <3@c>", &defects, 2).size(), 2u);
  EXPECT_EQ(show(defects), "too-many-ids@11");
}

}  // namespace
}  // namespace message_id_test

#include "header/phrase_list.hpp"

#include <gtest/gtest.h>

#include "show_defects.hpp"

namespace phrase_list_test {
namespace {

TEST(PhraseList, Table) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {
      {"one", "one"},
      {" one two ,\r\n three ", "one two|three"},
      {"\"a, b\" c, d (e, f) g", "a, b c|d g"},
      {"=?utf-8?q?caf=C3=A9?= =?utf-8?q?s?=, x", "caf\xC3\xA9s|x"},
      {",,a,,", "a"},
      {"", ""},
      {"\"open, x", "open, x"},
  };
  for (const auto& row : rows) {
    std::string out;
    for (const auto& one : header::parse_phrases(row.text)) out += (out.empty() ? "" : "|") + one;
    EXPECT_EQ(out, row.wanted) << row.text;
  }
}

TEST(PhraseList, SaysWhatItLeavesOut) {
  base::Defects defects;
  EXPECT_EQ(header::parse_phrases("a,b,c", &defects, 2).size(), 2u);
  EXPECT_EQ(show(defects), "too-many-phrases@4");
  base::Defects open;
  header::parse_phrases("a, \"b", &open);
  EXPECT_EQ(show(open), "open-quote@3");
}

}  // namespace
}  // namespace phrase_list_test

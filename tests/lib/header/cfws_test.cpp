#include "header/cfws.hpp"

#include <gtest/gtest.h>

#include "show_defects.hpp"

namespace cfws_test {
namespace {

TEST(Cfws, Skips) {
  const struct {
    const char* text;
    const char* rest;
    bool closed;
    const char* defects;
  } rows[] = {
      {"a", "a", true, ""},
      {" \t\r\n a ", "a ", true, ""},
      {"(one) (two(three)) a", "a", true, ""},
      {"(\\)) a", "a", true, ""},
      {"(one", "", false, "open-comment@0"},
      {"  ((one) a", "", false, "open-comment@2"},
      {"(\\", "", false, "open-comment@0"},
      {") a", ") a", true, ""},
      {"", "", true, ""},
  };
  for (const auto& row : rows) {
    base::Scanner in(row.text);
    base::Defects defects;
    EXPECT_EQ(header::skip_cfws(in, &defects), row.closed) << row.text;
    EXPECT_EQ(in.rest(), row.rest) << row.text;
    EXPECT_EQ(show(defects), row.defects) << row.text;
  }
}

TEST(Cfws, TakesWhatIsInside) {
  const struct {
    const char* text;  // behind the opening mark
    const char* quoted;
    const char* comment;
  } rows[] = {
      {"a b\" c", "a b", "a b\" c"}, {"a\\\"b\" c", "a\"b", "a\"b\" c"},
      {"a\r\n b\"", "a b", "a b\""}, {"a(b)c) d", "a(b)c) d", "a(b)c"},
      {"a\\)b) c", "a)b) c", "a)b"}, {"", "", ""},
      {"a\\", "a", "a\\"},
  };
  for (const auto& row : rows) {
    base::Scanner quoted(row.text);
    EXPECT_EQ(header::take_quoted(quoted), row.quoted) << row.text;
    base::Scanner comment(row.text);
    EXPECT_EQ(header::take_comment(comment), row.comment) << row.text;
  }
}

TEST(Cfws, AHundredThousandCommentsInsideOneAnother) {
  const std::string text = std::string(100'000, '(') + std::string(100'000, ')') + "x";
  base::Scanner in(text);
  EXPECT_TRUE(header::skip_cfws(in));
  EXPECT_EQ(in.rest(), "x");
}

}  // namespace
}  // namespace cfws_test

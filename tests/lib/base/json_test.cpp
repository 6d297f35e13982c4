#include "base/json.hpp"

#include <gtest/gtest.h>

namespace json_test {
namespace {

TEST(Json, Strings) {
  using namespace std::string_literals;
  const struct {
    std::string text;
    std::string wanted;
  } rows[] = {
      {"", "\"\""},
      {"plain / text", "\"plain / text\""},
      {"a\"b\\c", "\"a\\\"b\\\\c\""},
      {"\n\t\r\x1B\x7F\0"s, "\"\\n\\t\\r\\u001b\\u007f\\u0000\""},
      {"caf\xC3\xA9 \xF0\x9F\x90\xA4", "\"caf\xC3\xA9 \xF0\x9F\x90\xA4\""},
      {"\xE2\x80\xAE\xC2\x9B", "\"\\u202e\\u009b\""},
      {"x\xFF\xC3", "\"x\xEF\xBF\xBD\xEF\xBF\xBD\""},
  };
  for (const auto& row : rows) {
    std::string out;
    base::put_json(out, row.text);
    EXPECT_EQ(out, row.wanted);
  }
}

TEST(Json, KeysArePartedByCommas) {
  std::string out = "{";
  base::put_json_number(out, "one", 1);
  base::put_json_key(out, "\"two\"");
  out += "{";
  base::put_json_number(out, "three", 18'446'744'073'709'551'615U);
  EXPECT_EQ(out + "}}", R"({"one":1,"\"two\"":{"three":18446744073709551615}})");
}

}  // namespace
}  // namespace json_test

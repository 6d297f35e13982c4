#include "mime/content_check.hpp"

#include <gtest/gtest.h>

namespace content_check_test {
namespace {

TEST(ContentCheck, Table) {
  using namespace std::string_literals;
  const std::string multipart = "Content-Type: multipart/mixed; boundary=b\n\n";  // 43 octets
  const struct {
    std::string text;
    std::string wanted;
  } rows[] = {
      {"A: b\n\nbody\n", ""},
      {"A: b\r\n\r\nbody\r\n", ""},
      {"A: b\n\nbo\rdy\r\rx\n", "bare-cr@8 "},
      {"A: b\n\nbody\r\nx\r\n", "mixed-line-ends@10 "},
      {"A: b\r\n\r\nbody\nx\n", "mixed-line-ends@12 "},
      {"A: b\n\nbo\0dy\0\n"s, "nul@8 "},
      {"A: b\n\ncaf\xC3\xA9\n", "undeclared-8bit@9 "},
      {"Content-Transfer-Encoding: 8bit\n\ncaf\xC3\xA9\n", ""},
      {"Content-Transfer-Encoding: binary\n\n\r\0\xFF"s + std::string(2000, 'x'), ""},
      {"A: b\n\n" + std::string(998, 'x') + "\n" + std::string(999, 'y') + "\n", "long-line@1005 "},
      {multipart + "x\r--b\n--b\n\nin\rside\n--b--\n", "bare-cr@44 "},
      {multipart + "--b\r\r\n\nx\n--b\n\n\0\n--b--\nbe\0hind\n"s, "mixed-line-ends@47 bare-cr@46 nul@67 "},
      {multipart + "--b\n\nx\n--b\n\n\xC3\xA9\n--b--\n\xC3\xA9\n", "undeclared-8bit@64 "},
      {"Content-Type: message/rfc822\n\nA: b\n\nx\ry\n", ""},
  };
  for (const auto& row : rows) {
    const auto root = mime::parse(row.text);
    base::Defects defects;
    const auto parts = mime::list_parts(row.text, root);
    mime::check_content(row.text, parts.at(0), row.text.substr(0, row.text.find('\n')).ends_with('\r'),
                        defects);
    std::string found;
    for (const auto& defect : defects.list())
      found += std::string(defect.rule->name) + "@" + std::to_string(defect.offset) + " ";
    EXPECT_EQ(found, row.wanted) << row.text.substr(0, 100);
  }
}

}  // namespace
}  // namespace content_check_test

#include "mime/uuencoded.hpp"

#include <gtest/gtest.h>

namespace uuencoded_test {
namespace {

TEST(Uuencoded, Table) {
  const struct {
    std::string text;
    std::string wanted;  // start-end:name, a '!' for one without its end
  } rows[] = {
      {"no file", ""},
      {"begin 644 x\n#9F]O\n`\nend\n", "0-24:x "},
      {"text\nbegin 644 a b.txt\r\n#9F]O\r\n`\r\nend\r\nmore\n", "5-39:a b.txt "},
      {"begin 644 x\n`\nend\nbegin 600 y\n`\nend", "0-18:x 18-35:y "},
      {"begin 644 x\n#9F]O\n", "0-18:x! "},
      {"begin 644 x\n#9F]O\nnot data here, a line of text\n", "0-18:x! "},
      {"begin 644 the meeting\nMaybe at noon\n", ""},
      {"begin with this\n#9F]O\n`\nend\n", ""},
      {"we begin 644 x\n#9F]O\n`\nend\n", ""},
      {"begin 644 x", ""},
  };
  for (const auto& row : rows) {
    std::string found;
    for (const auto& file : mime::find_uuencoded(row.text, 100))
      found += std::to_string(file.start) + "-" + std::to_string(file.end) + ":" + file.name +
               (file.complete ? " " : "! ");
    EXPECT_EQ(found, row.wanted) << row.text;
  }
}

TEST(Uuencoded, NumberIsLimited) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "begin 644 x\n`\nend\n";
  EXPECT_EQ(mime::find_uuencoded(text, 7).size(), 7u);
  const auto long_name = mime::find_uuencoded("begin 644 " + std::string(5000, 'x') + "\n`\nend\n", 1);
  ASSERT_EQ(long_name.size(), 1u);
  EXPECT_EQ(long_name[0].name, std::string(990, 'x'));
}

}  // namespace
}  // namespace uuencoded_test

#include "serve/decode_tree.hpp"

#include "decoded_message.hpp"

namespace decode_tree_test {
namespace {

TEST(DecodeTree, ShowsTheTree) {
  const auto message = serve::Message::open("m", text);
  const auto [tree, damaged] = written([&](fs::Output& out) { return show_tree(*message, out); });
  EXPECT_EQ(tree,
            "TEXT    multipart/mixed                 -                  212\n"
            "1         text/plain                    iso-8859-1          13\n"
            "2         application/b                 -                    3 x y [bad-base64]\n");
  EXPECT_TRUE(damaged);
}

TEST(DecodeTree, SaysWhereWhatIsWrong) {
  const auto message = serve::Message::open("m", text);
  const auto [lines, any] = written([&](fs::Output& out) { return show_defects(*message, out); });
  const auto at = std::to_string(text.find("Zm9v*") + 4);
  EXPECT_TRUE(any);
  EXPECT_NE(lines.find("m:" + at + ": part 2: bad-base64: "), std::string::npos) << lines;
}

TEST(DecodeTree, OneThatIsSoundHasNothingInBrackets) {
  const auto message =
      serve::Message::open("m", "Date: Thu, 1 Jan 1970 00:00:00 +0000\nFrom: a@b.test\n\nx\n");
  const auto [tree, damaged] = written([&](fs::Output& out) { return show_tree(*message, out); });
  EXPECT_EQ(tree, "1       text/plain                      -                    2\n");
  EXPECT_FALSE(damaged);
  const auto [lines, any] = written([&](fs::Output& out) { return show_defects(*message, out); });
  EXPECT_EQ(lines, "");
  EXPECT_FALSE(any);
}

}  // namespace
}  // namespace decode_tree_test

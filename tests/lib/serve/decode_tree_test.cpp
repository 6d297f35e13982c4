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

}  // namespace
}  // namespace decode_tree_test

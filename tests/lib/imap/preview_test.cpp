#include "imap/preview.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"

namespace preview_test {
namespace {

std::string of(std::string_view text) {
  return imap::preview(text, mime::parse(text));
}

TEST(Preview, TheFirstWordsThatAPersonReads) {
  EXPECT_EQ(of("A: b\r\n\r\none\r\n\r\n  two\tthree\r\n"), "one two three");
  EXPECT_EQ(of("A: b\r\n\r\n> quoted\r\nown\r\n"), "own");
  EXPECT_EQ(of("Content-Type: text/html\r\n\r\n<style>x</style><p>Hello <b>you</b>\r\n"), "Hello you");
  EXPECT_EQ(of("Content-Type: text/plain; charset=koi8-r\r\n\r\n\xc4\xc1\r\n"), "\xd0\xb4\xd0\xb0");
  EXPECT_EQ(
      of("Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nplain\r\n--b\r\nContent-Type: "
         "text/html\r\n\r\n<p>html\r\n--b--\r\n"),
      "plain");
  EXPECT_EQ(of("Content-Type: image/png\r\n\r\nx\r\n"), "");
}

TEST(Preview, OfAMultipartWithoutPartsIsThatOfItsText) {
  const std::string type = "Content-Type: multipart/mixed; boundary=b\r\n";
  EXPECT_EQ(of(type + "\r\njust words\r\n"), "just words");
  EXPECT_EQ(of(type + "\r\n"), "");
  EXPECT_EQ(of(type + "\r\npreamble\r\n--b\r\n\r\npart\r\n--b--\r\n"), "part");
}

TEST(Preview, HasAtMost200WholeCharacters) {
  std::string text = "Content-Type: text/plain; charset=utf-8\r\n\r\n";
  for (int i = 0; i < 500; ++i) text += "\xc3\xbc";
  EXPECT_EQ(of(text).size(), 400u);
  EXPECT_TRUE(base::is_utf8(of(text)));
  EXPECT_EQ(of("A: b\r\n\r\n\xff\xfe x\r\n"), "?? x");
}

}  // namespace
}  // namespace preview_test

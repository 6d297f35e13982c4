#include "mime/writer.hpp"

#include <gtest/gtest.h>

#include "mime/entity.hpp"

namespace {

mime::Part part(const char* type, mime::Role role = mime::Role::body) {
  mime::Part out;
  out.type = type;
  out.role = role;
  return out;
}

std::string shape(const mime::Part& root) {
  std::string out = root.type.substr(root.type.find('/') + 1);
  if (root.children.empty()) return out;
  out += "(";
  for (const auto& child : root.children) out += shape(child) + " ";
  out.back() = ')';
  return out;
}

TEST(Writer, Nesting) {
  const auto plain = part("text/plain");
  const auto html = part("text/html");
  const auto png = part("image/png", mime::Role::file);
  const auto pdf = part("application/pdf", mime::Role::file);
  EXPECT_EQ(shape(mime::arrange({}, {}, {})), "plain");
  EXPECT_EQ(shape(mime::arrange({plain}, {}, {})), "plain");
  EXPECT_EQ(shape(mime::arrange({html}, {}, {})), "html");
  EXPECT_EQ(shape(mime::arrange({plain, html}, {}, {})), "alternative(plain html)");
  EXPECT_EQ(shape(mime::arrange({html}, {png}, {})), "related(html png)");
  EXPECT_EQ(shape(mime::arrange({plain, html}, {png, png}, {pdf})),
            "mixed(alternative(plain related(html png png)) pdf)");
  EXPECT_EQ(shape(mime::arrange({plain}, {png}, {pdf})), "mixed(plain png pdf)");
  EXPECT_EQ(shape(mime::arrange({}, {}, {pdf})), "mixed(pdf)");
}

std::string written(const mime::Part& root, std::string_view content) {
  std::string out;
  const auto done = mime::write(
      root, "b",
      [&](std::string_view text) -> base::Result<void> {
        out += text;
        return {};
      },
      [&](const mime::Part&, const mime::Emit& emit) { return emit(content); });
  EXPECT_TRUE(done);
  return out;
}

TEST(Writer, FieldsOfAPart) {
  auto one = part("application/pdf", mime::Role::file);
  one.disposition = "attachment";
  one.name = "caf\xC3\xA9 menu.pdf";
  one.content_id = "x";
  one.encoding = mime::Encoding::base64;
  EXPECT_EQ(
      written(one, "AAAA\n"),
      "MIME-Version: 1.0\nContent-Type: application/pdf; name=\"=?UTF-8?Q?caf=C3=A9_menu=2Epdf?=\"\n"
      "Content-Transfer-Encoding: base64\n"
      "Content-Disposition: attachment; filename*=UTF-8''caf%C3%A9%20menu.pdf\nContent-ID: <x>\n\nAAAA\n");
}

TEST(Writer, ContentsComeBackFromTheTree) {
  const auto png = part("image/png", mime::Role::file);
  const auto text = written(mime::arrange({part("text/plain"), part("text/html")}, {png}, {png}), "no end");
  const auto root = mime::parse(text);
  for (const char* number : {"1.1", "1.2.1", "1.2.2", "2"}) {
    const auto* found = mime::find_part(root, number);
    ASSERT_NE(found, nullptr) << number;
    EXPECT_EQ(text.substr(found->body, found->end - found->body), "no end") << number;
  }
  EXPECT_FALSE(root.truncated);
}

TEST(Writer, TheLastLineEnds) {
  EXPECT_TRUE(written(part("text/plain"), "no end").ends_with("\n\nno end\n"));
}

TEST(Writer, Boundaries) {
  EXPECT_TRUE(mime::is_boundary("=_abc"));
  EXPECT_TRUE(mime::is_boundary(std::string(69, 'x')));
  for (const std::string& bad :
       {std::string(), std::string(70, 'x'), std::string("a "), std::string("a\nb"), std::string("\"")}) {
    EXPECT_FALSE(mime::is_boundary(bad));
  }
  const auto refused = mime::write(part("text/plain"), "", {}, {});
  EXPECT_EQ(refused.error().code, base::Exit::usage);
}

}  // namespace

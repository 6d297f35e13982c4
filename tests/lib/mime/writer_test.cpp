#include "mime/writer.hpp"

#include <gtest/gtest.h>

#include "mime/entity.hpp"

namespace writer_test {
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
  const auto message = part("message/rfc822", mime::Role::message);
  using Parts = std::vector<mime::Part>;
  const struct {
    Parts bodies, shown, forwarded, attached;
    mime::Nesting nesting;
    const char* wanted;
  } rows[] = {
      {{}, {}, {}, {}, {}, "plain"},
      {{plain}, {}, {}, {}, {}, "plain"},
      {{html}, {}, {}, {}, {}, "html"},
      {{plain, html}, {}, {}, {}, {}, "alternative(plain html)"},
      {{html}, {png}, {}, {}, {}, "related(html png)"},
      {{plain, html}, {png, png}, {}, {pdf}, {}, "mixed(alternative(plain related(html png png)) pdf)"},
      {{plain}, {png}, {}, {pdf}, {}, "mixed(plain png pdf)"},
      {{}, {}, {}, {pdf}, {}, "mixed(pdf)"},
      {{}, {}, {message}, {}, {}, "mixed(rfc822)"},
      {{plain}, {}, {message, message}, {pdf}, {}, "mixed(plain rfc822 rfc822 pdf)"},
      {{plain}, {}, {message, message}, {pdf}, {false, true}, "mixed(plain digest(rfc822 rfc822) pdf)"},
      {{}, {}, {message}, {}, {false, true}, "digest(rfc822)"},
      {{plain}, {}, {}, {}, {true, true}, "plain"},
      {{plain, html}, {png}, {}, {pdf}, {true, false}, "parallel(alternative(plain related(html png)) pdf)"},
      {{}, {}, {}, {pdf}, {true, false}, "parallel(pdf)"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(shape(mime::arrange({row.bodies, row.shown, row.forwarded, row.attached}, row.nesting)),
              row.wanted);
  }
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
  const auto text =
      written(mime::arrange({{part("text/plain"), part("text/html")}, {png}, {}, {png}}), "no end");
  const auto root = mime::parse(text);
  for (const char* number : {"1.1", "1.2.1", "1.2.2", "2"}) {
    const auto* found = mime::find_part(root, number);
    ASSERT_NE(found, nullptr) << number;
    EXPECT_EQ(text.substr(found->body, found->end - found->body), "no end") << number;
  }
  EXPECT_FALSE(root.truncated);
}

TEST(Writer, AMessageInADigestNamesNoType) {
  auto message = part("message/rfc822", mime::Role::message);
  message.disposition = "inline";
  message.encoding = mime::Encoding::eight_bit;
  auto file = part("application/octet-stream", mime::Role::file);
  const auto text =
      written(mime::arrange({{}, {}, {message, file}, {}}, {false, true}), "Subject: x\n\nhi\n");
  EXPECT_NE(text.find("\n--b\nContent-Transfer-Encoding: 8bit\n\nSubject: x\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n--b\nContent-Type: application/octet-stream\n\n"), std::string::npos) << text;
  const auto root = mime::parse(text);
  EXPECT_EQ(mime::find_part(root, "1")->type.subtype, "rfc822");
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
}  // namespace writer_test

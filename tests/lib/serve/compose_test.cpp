#include "serve/compose.hpp"

#include <gtest/gtest.h>

#include "fs/stream.hpp"
#include "mime/entity.hpp"

namespace compose_test {
namespace {

std::string show(const serve::Content& content) {
  return content.path + "|" + content.type + "|" + content.name + "|" + content.content_id;
}

TEST(Compose, ReadsWhatAPersonNames) {
  const struct {
    const char* argument;
    const char* wanted;
  } rows[] = {
      {"a.pdf", "a.pdf|||"},
      {"a.pdf;type=X/Y", "a.pdf|x/y||"},
      {"a.pdf;name=b;c.pdf;type=x/y", "a.pdf|x/y|b;c.pdf|"},
      {"a;b.png;cid=id@x", "a;b.png|||id@x"},
  };
  for (const auto& row : rows) EXPECT_EQ(show(*serve::parse_content(row.argument)), row.wanted);
  for (const char* bad :
       {"a;type=", "a;type=x", "a;type=x/y z", "a;type=multipart/mixed", "a;type=/", "a;cid=<x>"}) {
    const auto content = serve::parse_content(bad);
    EXPECT_EQ(content ? base::Exit::ok : content.error().code,
              std::string_view(bad) == "a;type=" ? base::Exit::ok : base::Exit::usage)
        << bad;
  }
}

class Composed : public testing::Test {
 protected:
  std::string file(std::string_view text) {
    files_.push_back(*fs::temporary_file());
    EXPECT_TRUE(fs::write_all(files_.back().get(), text));
    return "/proc/self/fd/" + std::to_string(files_.back().get());
  }

  base::Result<std::string> compose(const serve::Draft& letter, const std::string& type) {
    std::string out;
    const auto done = serve::compose(
        letter, [&](std::string_view) { return type; },
        [&](std::string_view text) -> base::Result<void> {
          out += text;
          return {};
        });
    if (!done) return done.error();
    return out;
  }

 private:
  std::vector<fs::Fd> files_;
};

TEST_F(Composed, ALetter) {
  serve::Draft letter{
      "Subject: x\n", {{file("caf\xC3\xA9 au lait\r\n"), "text/plain", {}, {}}}, {}, {}, {}, "B"};
  EXPECT_EQ(*compose(letter, ""),
            "Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
            "Content-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9 au lait\n");
}

TEST_F(Composed, AFileThatIsVagueGetsTheTypeOfItsName) {
  serve::Draft letter{"", {}, {}, {}, {{file("a,b\n"), {}, "t.csv", {}}}, "B"};
  const auto text = *compose(letter, "text/plain; charset=us-ascii");
  EXPECT_NE(text.find("Content-Type: text/csv; charset=us-ascii; name=t.csv\n"), std::string::npos) << text;
  letter.attached = {{file("Subject: x\n\n\xE9\n"), {}, "m.eml", {}}};
  EXPECT_NE(compose(letter, "text/plain")->find("message/rfc822"), std::string::npos);
  // Such a line end cannot be sent as it stands, and a message may not be encoded.
  letter.attached = {{file("Subject: x\n\n\r\r\n"), {}, "m.eml", {}}};
  EXPECT_NE(compose(letter, "text/plain")->find("application/octet-stream"), std::string::npos);
}

TEST_F(Composed, AMessageIsForwardedAsOneWhereARelayTakesIt) {
  serve::Draft letter{"", {}, {}, {{file("Subject: x\r\n\r\nhi\r\n"), {}, {}, {}}}, {}, "B"};
  EXPECT_NE(compose(letter, "")
                ->find("\n--B\nContent-Type: message/rfc822\nContent-Disposition: inline\n\n"
                       "Subject: x\n\nhi\n\n--B--\n"),
            std::string::npos);
  for (const auto& content : {std::string(999, 'x'), std::string("a\0b", 3)}) {
    letter.forwarded[0] = {file(content), {}, "m.eml", {}};
    const auto text = *compose(letter, "");
    EXPECT_NE(
        text.find("Content-Type: application/octet-stream; name=m.eml\nContent-Transfer-Encoding: base64\n"
                  "Content-Disposition: attachment; filename=m.eml\n"),
        std::string::npos)
        << text;
  }
}

TEST_F(Composed, TheLineThatMboxFilesPutBeforeAMessageIsNoPartOfIt) {
  serve::Draft letter{"", {}, {}, {{file("From a@b Thu Jan  1\nSubject: x\n\nhi\n"), {}, {}, {}}}, {}, "B"};
  const auto text = *compose(letter, "");
  EXPECT_NE(text.find("\n\nSubject: x\n\nhi\n\n--B--\n"), std::string::npos) << text;
  // As a file it keeps every octet.
  letter.forwarded[0] = {file(std::string("From a\0b", 8)), {}, {}, {}};
  EXPECT_NE(compose(letter, "")->find("\nRnJvbSBhAGI=\n"), std::string::npos);
}

TEST_F(Composed, AFileWhoseLinesEndInDifferentWaysIsNoText) {
  const struct {
    const char* content;
    const char* type;
  } rows[] = {{"a\r\nb\r\n", "text/csv; charset=us-ascii"}, {"a\nb\n", "text/csv; charset=us-ascii"},
              {"a\r\nb", "text/csv; charset=us-ascii"},     {"a\r\nb\n", "application/octet-stream"},
              {"a\nb\r", "application/octet-stream"},       {"a\rb", "application/octet-stream"}};
  for (const auto& row : rows) {
    serve::Draft letter{"", {}, {}, {}, {{file(row.content), {}, "t.csv", {}}}, "B"};
    EXPECT_NE(
        compose(letter, "text/plain")->find("\nContent-Type: " + std::string(row.type) + "; name=t.csv\n"),
        std::string::npos)
        << row.content;
    letter.attached[0].type = "text/x-mine";
    EXPECT_NE(compose(letter, "")->find("\nContent-Type: text/x-mine;"), std::string::npos);
  }
}

TEST_F(Composed, ACharsetThatIsWrongFurtherDownIsNotNamed) {
  const serve::Draft letter{"", {}, {}, {}, {{file("ascii caf\xE9\n"), {}, "a", {}}}, "B"};
  EXPECT_NE(compose(letter, "text/plain; charset=us-ascii")->find("charset=unknown-8bit"), std::string::npos);
  EXPECT_NE(compose(letter, "text/plain; charset=iso-8859-1")->find("charset=iso-8859-1"), std::string::npos);
}

TEST_F(Composed, SaysHowFarItHasCome) {
  const serve::Draft letter{"", {{file("hello"), "text/plain", {}, {}}},          {},
                            {}, {{file(std::string(200'000, 'x')), {}, "a", {}}}, "B"};
  std::string heard;
  const auto done = serve::compose(
      letter, [](std::string_view) { return std::string(); },
      [](std::string_view) -> base::Result<void> { return {}; },
      [&](std::uint64_t at, std::uint64_t total) {
        heard += std::to_string(at) + "/" + std::to_string(total) + " ";
      });
  ASSERT_TRUE(done);
  EXPECT_EQ(heard, "5/200005 131077/200005 200005/200005 ");
}

TEST_F(Composed, StandardInputIsOneContentAtMost) {
  const serve::Draft letter{"", {{"-", "text/plain", {}, {}}}, {}, {}, {{"-", {}, {}, {}}}, "B"};
  const auto out = compose(letter, "");
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, base::Exit::usage);
}

TEST_F(Composed, ABodyMustBeUtf8) {
  const serve::Draft letter{"", {{file("caf\xE9"), "text/plain", {}, {}}}, {}, {}, {}, "B"};
  const auto out = compose(letter, "");
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, base::Exit::data);
}

}  // namespace
}  // namespace compose_test

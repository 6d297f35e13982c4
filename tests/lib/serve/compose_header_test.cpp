#include "serve/compose_header.hpp"

#include <gtest/gtest.h>

namespace compose_header_test {
namespace {

constexpr proc::Option options[] = {{"header", "X", ""},   {"from", "X", ""},    {"to", "X", ""},
                                    {"cc", "X", ""},       {"bcc", "X", ""},     {"utf8", "", ""},
                                    {"boundary", "X", ""}, {"subject", "X", ""}, {"date", "X", ""}};

base::Result<std::string> compose(std::vector<std::string> arguments) {
  return serve::compose_header(proc::parse({"test", "", "", "", options}, arguments).value(), "r4nd0m");
}

TEST(ComposeHeader, WritesWhatTheOptionsSay) {
  const auto text = compose({"--from=a@b.test", "--to=c@d.test", "--to=e@f.test",
                             "--subject=Gr\xc3\xbc\xc3\x9f"
                             "e",
                             "--date=@0"});
  ASSERT_TRUE(text) << text.error().what;
  EXPECT_TRUE(
      text->starts_with("Date: Thu, 1 Jan 1970 00:00:00 +0000\nFrom: a@b.test\nTo: c@d.test, e@f.test\n"))
      << *text;
  EXPECT_NE(text->find("\nSubject: =?"), std::string::npos) << *text;
  EXPECT_NE(text->find(".r4nd0m@b.test>\n"), std::string::npos) << *text;
}

TEST(ComposeHeader, AFieldOfOnesOwnReplacesWhatWouldBeMade) {
  const auto text = compose({"--header=Message-ID: <x@y.test>", "--header=X-Mine: z", "--date=@0"});
  ASSERT_TRUE(text) << text.error().what;
  EXPECT_EQ(*text, "Date: Thu, 1 Jan 1970 00:00:00 +0000\nMessage-ID: <x@y.test>\nX-Mine: z\n");
}

TEST(ComposeHeader, NothingIsLeftToTimeAndChanceWhereDateAndBoundaryAreGiven) {
  const std::vector<std::string> given = {"--from=a@b.test", "--bcc=x@y.test", "--date=@0", "--boundary=B"};
  const auto text = compose(given);
  ASSERT_TRUE(text) << text.error().what;
  EXPECT_EQ(*text, *compose(given));
  EXPECT_EQ(text->find("r4nd0m"), std::string::npos) << *text;
  EXPECT_NE(text->find("\nBcc: x@y.test\n"), std::string::npos) << *text;
  auto other = given;
  other.push_back("--subject=x");
  EXPECT_NE(compose(other)->substr(text->find("Message-ID")), text->substr(text->find("Message-ID")));
}

TEST(ComposeHeader, Utf8AsItIsOnlyWhereAskedFor) {
  std::vector<std::string> given = {"--from=J\xC3\xB6rg <j\xC3\xB6rg@b\xC3\xBC.test>",
                                    "--subject=Gr\xC3\xBC\xC3\x9F", "--header=X-A: \xC3\xA9", "--date=@0"};
  const auto refused = compose(given);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Exit::data);
  given.push_back("--utf8");
  const auto text = compose(given);
  ASSERT_TRUE(text) << text.error().what;
  EXPECT_NE(text->find("\nFrom: J\xC3\xB6rg <j\xC3\xB6rg@b\xC3\xBC.test>\nSubject: Gr\xC3\xBC\xC3\x9F\n"),
            std::string::npos)
      << *text;
  EXPECT_NE(text->find("\nX-A: \xC3\xA9\n"), std::string::npos) << *text;
}

TEST(ComposeHeader, RefusesWhatContradictsItselfOrBelongsToTheStructure) {
  for (const auto& arguments :
       {std::vector<std::string>{"--header=Subject: x", "--subject=y"},
        std::vector<std::string>{"--header=Content-Type: text/html"},
        std::vector<std::string>{"--header=MIME-Version: 2"}, std::vector<std::string>{"--header=nothing"}}) {
    const auto text = compose(arguments);
    ASSERT_FALSE(text) << arguments[0];
    EXPECT_EQ(text.error().code, base::Exit::usage) << arguments[0];
  }
}

}  // namespace
}  // namespace compose_header_test

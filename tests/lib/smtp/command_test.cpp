#include "smtp/command.hpp"

#include <gtest/gtest.h>

namespace command_test {
namespace {

int malformed_code(std::string_view line) {
  const auto command = smtp::parse_command(line);
  const auto* wrong = std::get_if<smtp::Malformed>(&command);
  return wrong == nullptr ? 0 : wrong->code;
}

TEST(Command, ReadsVerbsInAnyCase) {
  EXPECT_EQ(std::get<smtp::Helo>(smtp::parse_command("ehlo client.test")).greeting,
            smtp::Helo::Greeting::ehlo);
  EXPECT_EQ(std::get<smtp::Helo>(smtp::parse_command("LHLO x")).greeting, smtp::Helo::Greeting::lhlo);
  EXPECT_EQ(std::get<smtp::Helo>(smtp::parse_command("HELO [192.0.2.1] ")).domain, "[192.0.2.1]");
  EXPECT_TRUE(std::holds_alternative<smtp::Data>(smtp::parse_command("DaTa")));
  EXPECT_TRUE(std::holds_alternative<smtp::Noop>(smtp::parse_command("NOOP anything")));
  EXPECT_EQ(std::get<smtp::Unknown>(smtp::parse_command("XYZZY 1")).verb, "XYZZY");
  EXPECT_EQ(std::get<smtp::Unknown>(smtp::parse_command("")).verb, "");
}

TEST(Command, ReadsMailAndItsParameters) {
  const auto mail = std::get<smtp::Mail>(smtp::parse_command("MAIL FROM:<a@b> SIZE=100 body=8bitmime"));
  EXPECT_EQ(mail.path, (smtp::Path{"a", "b"}));
  EXPECT_EQ(mail.parameters.size, 100U);
  EXPECT_TRUE(mail.any_parameter);
  EXPECT_EQ(mail.parameters.body, smtp::Body::eight_bit);
  EXPECT_TRUE(std::get<smtp::Mail>(smtp::parse_command("mail from: <>")).path.null());
}

TEST(Command, ReadsChunksAndQuestions) {
  const auto bdat = std::get<smtp::Bdat>(smtp::parse_command("bdat 12 last"));
  EXPECT_EQ(bdat.size, 12u);
  EXPECT_TRUE(bdat.last);
  EXPECT_FALSE(std::get<smtp::Bdat>(smtp::parse_command("BDAT 0")).last);
  const auto vrfy = std::get<smtp::Vrfy>(smtp::parse_command("VRFY gr\xc3\xbc SMTPUTF8"));
  EXPECT_EQ(vrfy.text, "gr\xc3\xbc");
  EXPECT_TRUE(vrfy.utf8);
  EXPECT_EQ(std::get<smtp::Expn>(smtp::parse_command("EXPN list")).text, "list");
  const auto rcpt =
      std::get<smtp::Rcpt>(smtp::parse_command("RCPT TO:<gr\xc3\xbc@b\xc3\xbc.test> NOTIFY=DELAY"));
  EXPECT_EQ(rcpt.path.domain, "xn--b-eha.test");
  EXPECT_TRUE(rcpt.path.needs_utf8());
  EXPECT_TRUE(rcpt.parameters.notify->delay);
}

TEST(Command, NamesWhatIsWrong) {
  struct Case {
    std::string_view line;
    int code;
  };
  const Case cases[] = {
      {"EHLO", 501},
      {"HELO a b", 501},
      {"MAIL", 501},
      {"MAIL FROM:a", 501},
      {"MAIL FROM:", 501},
      {"MAIL FROM:a@b>", 501},
      {"MAIL FROM:<a@b", 501},
      {"MAIL FROM:<a@b>SIZE=1", 501},
      {"MAIL FROM:<a@b> SIZE=x", 501},
      {"MAIL FROM:<a@b> BODY=EBCDIC", 501},
      {"BDAT", 501},
      {"BDAT -1", 501},
      {"BDAT x LAST", 501},
      {"BDAT 99999999999999999999", 501},
      {"BDAT 1 FIRST", 501},
      {"EXPN", 501},
      {"MAIL FROM:<a@b> XYZ=1", 555},
      {"RCPT TO:<>", 501},
      {"RCPT TO:<a@b> NOTIFY=NEVER,SUCCESS", 501},
      {"RCPT TO:<a@b> XYZ", 555},
      {"DATA now", 501},
      {"QUIT 1", 501},
      {"VRFY", 501},
      {std::string_view("NOOP \0", 6), 501},
      {"RCPT TO:<a\r@b>", 501},
      {"RCPT TO:<gr\xfc@b>", 501},
      {"EHLO gr\xc3\xbc.test", 501},
  };
  for (const auto& c : cases) EXPECT_EQ(malformed_code(c.line), c.code) << c.line;
}

}  // namespace
}  // namespace command_test

#include "imap/greeter.hpp"

#include <gtest/gtest.h>

namespace greeter_test {
namespace {

const sasl::Terms near = {{"PLAIN", "SCRAM-SHA-256"}, true};

using Next = imap::Greeting::Next;

imap::Greeting say(imap::Greeter& greeter, std::string_view text) {
  return greeter.on(imap::parse_command(text));
}

TEST(Greeter, EveryCommandBeforeLogin) {
  const struct {
    const char* command;
    const char* word;
    Next next;
  } rows[] = {{"CAPABILITY", "OK", Next::command},   {"NOOP", "OK", Next::command},
              {"ID NIL", "OK", Next::command},       {"LOGOUT", "OK", Next::close},
              {"STARTTLS", "BAD", Next::command},    {"SELECT INBOX", "BAD", Next::command},
              {"FETCH 1 ALL", "BAD", Next::command}, {"AUTHENTICATE X", "NO", Next::command},
              {"XYZZY", "BAD", Next::command},       {"CHECK", "BAD", Next::command}};
  for (const auto& row : rows) {
    imap::Greeter greeter(near);
    const auto step = say(greeter, "t " + std::string(row.command));
    EXPECT_NE(step.reply.find("t " + std::string(row.word) + " "), std::string::npos) << row.command;
    EXPECT_EQ(step.next, row.next) << row.command;
  }
}

TEST(Greeter, LoginAsksAndCountsFailures) {
  imap::Greeter greeter(near);
  const auto step = say(greeter, "t LOGIN bob \"a b\"");
  EXPECT_EQ(step.next, Next::authenticate);
  EXPECT_EQ(step.question.name + "/" + step.question.secret + "/" + step.tag, "bob/a b/t");
  EXPECT_EQ(greeter.failed("t", true).reply, "t NO [UNAVAILABLE] the login cannot be checked now\r\n");
  EXPECT_EQ(greeter.failed("t", false).next, Next::command);
  EXPECT_EQ(greeter.failed("t", false).next, Next::close);
}

TEST(Greeter, CredentialsHoldNoNulAndNoLineEnd) {
  using std::string_literals::operator""s;
  imap::Greeter greeter(near);
  for (const auto& text :
       {"t LOGIN {5+}\r\nbob\0x pw"s, "t LOGIN bob {4+}\r\np\0wx"s, "t LOGIN bob {4+}\r\np\rwx"s,
        "t LOGIN {4+}\r\nbo\nb pw"s, "t LOGIN bob \"p\0w\""s, "t AUTHENTICATE PLAIN AGJvYgBwCnc="s}) {
    const auto step = say(greeter, text);
    EXPECT_TRUE(step.reply.starts_with("t BAD ")) << text;
    EXPECT_TRUE(step.question.secret.empty()) << text;
  }
}

TEST(Greeter, AuthenticatePlain) {
  imap::Greeter greeter(near);
  EXPECT_EQ(say(greeter, "t AUTHENTICATE PLAIN").reply, "+ \r\n");
  const auto step = greeter.on_response("AHRpbQB0YW5zdGFhZg==");
  EXPECT_EQ(step.next, Next::authenticate);
  EXPECT_EQ(step.question.name + "/" + step.question.secret + "/" + step.tag, "tim/tanstaaf/t");
  EXPECT_EQ(say(greeter, "u AUTHENTICATE PLAIN AHRpbQB0YW5zdGFhZg==").tag, "u");
  say(greeter, "v AUTHENTICATE PLAIN");
  EXPECT_TRUE(greeter.on_response("*").reply.starts_with("v BAD "));
  say(greeter, "w AUTHENTICATE PLAIN");
  EXPECT_TRUE(greeter.on_response("x").reply.starts_with("w BAD "));
  say(greeter, "x AUTHENTICATE PLAIN");
  EXPECT_TRUE(greeter.response_too_big().reply.starts_with("x BAD larger than "));
}

TEST(Greeter, StartTlsIsOfferedWhereItWorksAndOnce) {
  imap::Greeter greeter({{"PLAIN"}, false}, {}, true);
  EXPECT_EQ(greeter.greeting(),
            "* OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID STARTTLS LOGINDISABLED] tubepost\r\n");
  for (const char* login :
       {"t LOGIN bob secret", "t AUTHENTICATE PLAIN", "t AUTHENTICATE PLAIN AHRpbQB0YW5zdGFhZg=="}) {
    EXPECT_EQ(say(greeter, login).reply, "t NO [PRIVACYREQUIRED] not without TLS\r\n");
  }
  EXPECT_EQ(say(greeter, "t STARTTLS").next, Next::start_tls);
  greeter.offer({{"PLAIN"}, true});
  EXPECT_TRUE(say(greeter, "t CAPABILITY")
                  .reply.starts_with("* CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID AUTH=PLAIN\r\n"));
  EXPECT_EQ(say(greeter, "t STARTTLS").reply, "t BAD TLS is there already\r\n");
  EXPECT_EQ(say(greeter, "t LOGIN bob secret").next, Next::authenticate);
}

TEST(Greeter, TooManyErrorsEndIt) {
  imap::Greeter greeter(near);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(greeter.too_big("t").next, Next::command);
  EXPECT_EQ(say(greeter, "x").next, Next::close);
}

TEST(Greeter, AuthenticateScram) {
  imap::Greeter greeter(near, "nonce");
  EXPECT_NE(greeter.greeting().find(" AUTH=PLAIN AUTH=SCRAM-SHA-256]"), std::string::npos);
  auto step = say(greeter, "t AUTHENTICATE SCRAM-SHA-256 biwsbj1hLHI9eA==");
  EXPECT_EQ(step.question.about, sasl::Question::About::salt);
  step = greeter.on_answer({sasl::Verdict::granted, "4096,c2FsdA=="});
  EXPECT_EQ(step.next, Next::response);
  EXPECT_TRUE(step.reply.starts_with("+ cj14")) << step.reply;
  // The LOGIN that follows an exchange that was broken off is not part of it.
  EXPECT_TRUE(greeter.response_too_big().reply.starts_with("t BAD "));
  EXPECT_EQ(say(greeter, "u LOGIN a b").question.about, sasl::Question::About::password);
  EXPECT_TRUE(greeter.on_answer({sasl::Verdict::denied}).reply.starts_with("u NO [AUTHENTICATIONFAILED]"));
}

// RFC 5530: only who knows the password hears it.
TEST(Greeter, WhatHasExpiredIsSaidToBe) {
  imap::Greeter greeter(near);
  const std::string answer = " NO [EXPIRED] the account or its password has expired\r\n";
  say(greeter, "t LOGIN a b");
  EXPECT_EQ(greeter.on_answer({sasl::Verdict::expired}).reply, "t" + answer);
  say(greeter, "u AUTHENTICATE PLAIN AGEAYg==");
  EXPECT_EQ(greeter.on_answer({sasl::Verdict::expired}).reply, "u" + answer);
  say(greeter, "v LOGIN a b");
  EXPECT_EQ(greeter.on_answer({sasl::Verdict::expired}).next, Next::close);
}

// RFC 5530: whatever the password is, nobody acts for another; and each such try counts.
TEST(Greeter, NobodyIsSomebodyElse) {
  imap::Greeter greeter(near);
  const auto step = say(greeter, "t AUTHENTICATE PLAIN YWxpY2UAYm9iAHNlY3JldA==");
  EXPECT_EQ(step.reply, "t NO [AUTHORIZATIONFAILED] one user cannot act as another\r\n");
  EXPECT_EQ(step.next, Next::command);
  say(greeter, "t AUTHENTICATE SCRAM-SHA-256");
  EXPECT_TRUE(greeter.on_response("bixhPWFsaWNlLG49Ym9iLHI9bm9uY2U=")
                  .reply.starts_with("t NO [AUTHORIZATIONFAILED]"));
  EXPECT_EQ(say(greeter, "t AUTHENTICATE PLAIN YWxpY2UAYm9iAHNlY3JldA==").next, Next::close);
}

TEST(Greeter, NothingThatOthersCouldReadIsAskedFor) {
  imap::Greeter greeter({{"PLAIN", "SCRAM-SHA-256"}, false});
  EXPECT_NE(greeter.greeting().find(" LOGINDISABLED]"), std::string::npos);
  EXPECT_EQ(greeter.greeting().find("PLAIN"), std::string::npos);
  EXPECT_TRUE(say(greeter, "t LOGIN a b").reply.starts_with("t NO [PRIVACYREQUIRED]"));
  EXPECT_TRUE(say(greeter, "t AUTHENTICATE PLAIN AGEAYg==").reply.starts_with("t NO "));
  greeter.offer({{"PLAIN"}, true});
  EXPECT_EQ(say(greeter, "t LOGIN a b").next, Next::authenticate);
}

}  // namespace
}  // namespace greeter_test

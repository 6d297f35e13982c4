#include "pop3/server.hpp"

#include <gtest/gtest.h>

namespace server_test {
namespace {

const sasl::Terms near = {{"PLAIN", "SCRAM-SHA-256"}, true};
const sasl::Answer denied = {sasl::Verdict::denied};

using pop3::Next;

struct Three : pop3::Maildrop {
  std::size_t count() const override { return 3; }
  std::uint64_t size(std::size_t i) const override { return 100 * (i + 1); }
  std::string uid(std::size_t i) const override { return "u" + std::to_string(i); }
};

pop3::Step say(pop3::Server& server, const char* line) {
  return server.on(pop3::parse_command(line));
}

struct Row {
  const char* line;
  const char* reply;
  Next next;
};

TEST(Server, TooManyErrorsEndIt) {
  pop3::Server server(false, near);
  for (int i = 0; i < 19; ++i) EXPECT_EQ(say(server, "XYZZY").next, Next::command);
  EXPECT_EQ(say(server, "XYZZY").next, Next::close);
}

TEST(Server, MessagesThatAreNotThereEndNothing) {
  const Three drop;
  pop3::Server server(true);
  server.authenticated(drop);
  say(server, "DELE 1");
  for (int i = 0; i < 10; ++i) {
    for (const char* line : {"RETR 1", "DELE 1", "LIST 1", "UIDL 4", "TOP 4 0"}) {
      const auto step = say(server, line);
      EXPECT_TRUE(step.reply.starts_with("-ERR no such message"));
      EXPECT_EQ(step.next, Next::command);
    }
  }
  EXPECT_EQ(say(server, "QUIT").next, Next::commit_and_close);
}

TEST(Server, StlsIsOfferedWhereItWorksAndOnce) {
  pop3::Server server(false, {{"PLAIN"}, false}, {}, true);
  auto capabilities = say(server, "CAPA").reply;
  EXPECT_NE(capabilities.find("\r\nSTLS\r\n"), std::string::npos);
  EXPECT_EQ(capabilities.find("\r\nUSER\r\n"), std::string::npos);
  EXPECT_TRUE(say(server, "USER bob").reply.starts_with("-ERR [AUTH] not without TLS"));
  EXPECT_EQ(say(server, "PASS secret").next, Next::command);
  EXPECT_TRUE(say(server, "STLS now").reply.starts_with("-ERR"));
  EXPECT_EQ(say(server, "STLS").next, Next::start_tls);
  server.offer(near);
  capabilities = say(server, "CAPA").reply;
  EXPECT_EQ(capabilities.find("\r\nSTLS\r\n"), std::string::npos);
  EXPECT_NE(capabilities.find("\r\nUSER\r\n"), std::string::npos);
  EXPECT_EQ(say(server, "STLS").next, Next::command);
  say(server, "USER bob");
  EXPECT_EQ(say(server, "PASS secret").next, Next::authenticate);
}

TEST(Server, ANameGivenBeforeTlsIsForgotten) {
  pop3::Server server(false, near, {}, true);
  say(server, "USER bob");
  EXPECT_EQ(say(server, "STLS").next, Next::start_tls);
  server.offer(near);
  EXPECT_TRUE(say(server, "PASS secret").reply.starts_with("-ERR"));
}

TEST(Server, EveryCommandBeforeLogin) {
  const Row rows[] = {
      {"STAT", "-ERR", Next::command},    {"LIST", "-ERR", Next::command},  {"RETR 1", "-ERR", Next::command},
      {"DELE 1", "-ERR", Next::command},  {"NOOP", "-ERR", Next::command},  {"RSET", "-ERR", Next::command},
      {"TOP 1 1", "-ERR", Next::command}, {"UIDL", "-ERR", Next::command},  {"PASS x", "-ERR", Next::command},
      {"CAPA", "+OK", Next::command},     {"USER a", "+OK", Next::command}, {"QUIT", "+OK", Next::close},
      {"XYZZY", "-ERR", Next::command},   {"USER", "-ERR", Next::command}};
  for (const auto& row : rows) {
    pop3::Server server(false, near);
    const auto step = say(server, row.line);
    EXPECT_TRUE(step.reply.starts_with(row.reply)) << row.line;
    EXPECT_EQ(step.next, row.next) << row.line;
  }
}

TEST(Server, EveryCommandAfterLogin) {
  const Three drop;
  const Row rows[] = {{"STAT", "+OK 3 600\r\n", Next::command},
                      {"LIST", "+OK", Next::command},
                      {"LIST 2", "+OK 2 200\r\n", Next::command},
                      {"LIST 4", "-ERR", Next::command},
                      {"UIDL 1", "+OK 1 u0\r\n", Next::command},
                      {"RETR 3", "+OK 300", Next::send_message},
                      {"TOP 1 5", "+OK", Next::send_message},
                      {"RETR 4", "-ERR", Next::command},
                      {"DELE 1", "+OK", Next::command},
                      {"NOOP", "+OK", Next::command},
                      {"RSET", "+OK", Next::command},
                      {"USER a", "-ERR", Next::command},
                      {"PASS a", "-ERR", Next::command},
                      {"CAPA", "+OK", Next::command},
                      {"QUIT", "", Next::commit_and_close}};
  for (const auto& row : rows) {
    pop3::Server server(true);
    server.authenticated(drop);
    const auto step = say(server, row.line);
    EXPECT_TRUE(step.reply.starts_with(row.reply)) << row.line << step.reply;
    EXPECT_EQ(step.next, row.next) << row.line;
  }
}

TEST(Server, LoginThenDeleteThenQuit) {
  const Three drop;
  pop3::Server server(false, near);
  say(server, "USER a");
  const auto step = say(server, "PASS b c");
  EXPECT_EQ(step.next, Next::authenticate);
  EXPECT_EQ(step.question.name, "a");
  EXPECT_EQ(step.question.secret, "b c");
  server.authenticated(drop);
  say(server, "DELE 2");
  EXPECT_EQ(say(server, "DELE 2").reply.substr(0, 4), "-ERR");
  EXPECT_EQ(say(server, "STAT").reply, "+OK 2 400\r\n");
  EXPECT_EQ(say(server, "UIDL").reply, "+OK listing follows\r\n1 u0\r\n3 u2\r\n.\r\n");
  EXPECT_EQ(say(server, "QUIT").next, Next::commit_and_close);
  EXPECT_EQ(server.deleted(), std::vector<std::size_t>{1});
  EXPECT_EQ(server.committed(true).next, Next::close);
}

TEST(Server, AMessageThatCannotBeSentIsAnError) {
  const pop3::Server server(true);
  EXPECT_TRUE(server.message_gone().reply.starts_with("-ERR "));
  EXPECT_TRUE(server.message_unreadable().reply.starts_with("-ERR [SYS/TEMP] "));
  EXPECT_EQ(server.message_gone().next, Next::command);
  EXPECT_EQ(server.message_unreadable().next, Next::command);
}

TEST(Server, ALoginThatCannotBeCheckedIsNoWrongPassword) {
  pop3::Server server(false, near);
  for (int i = 0; i < 19; ++i) {
    const auto step = server.auth_unavailable();
    EXPECT_TRUE(step.reply.starts_with("-ERR [SYS/TEMP] "));
    EXPECT_EQ(step.next, Next::command);
  }
  EXPECT_EQ(server.on_answer(denied).next, Next::command);
  EXPECT_EQ(server.auth_unavailable().next, Next::close);
}

TEST(Server, AMailboxInUseEndsTheSession) {
  const auto step = pop3::Server(true).locked();
  EXPECT_TRUE(step.reply.starts_with("-ERR [IN-USE]"));
  EXPECT_EQ(step.next, Next::close);
}

TEST(Server, TheThirdWrongPasswordEndsIt) {
  pop3::Server server(false, near);
  EXPECT_EQ(server.on_answer(denied).next, Next::command);
  const auto expired = server.on_answer({sasl::Verdict::expired});
  EXPECT_EQ(expired.reply, "-ERR [AUTH] the account or its password has expired\r\n");
  EXPECT_EQ(expired.next, Next::command);
  EXPECT_EQ(server.on_answer(denied).next, Next::close);
}

TEST(Server, AuthAsksAndTellsHowItEnded) {
  pop3::Server server(false, near);
  EXPECT_NE(say(server, "CAPA").reply.find("\r\nUSER\r\nSASL PLAIN SCRAM-SHA-256\r\n"), std::string::npos);
  EXPECT_EQ(say(server, "AUTH").reply, "+OK mechanisms follow\r\nPLAIN\r\nSCRAM-SHA-256\r\n.\r\n");
  EXPECT_TRUE(say(server, "AUTH CRAM-MD5").reply.starts_with("-ERR "));
  auto step = say(server, "AUTH plain");
  EXPECT_EQ(step.reply, "+ \r\n");
  EXPECT_EQ(step.next, Next::response);
  EXPECT_EQ(server.on_response("*").reply, "-ERR AUTH was given up\r\n");
  EXPECT_EQ(server.on_response("AGEAYg==").next, Next::command);  // nobody waits for one
  step = say(server, "AUTH PLAIN AGEAYg==");
  EXPECT_EQ(step.next, Next::authenticate);
  EXPECT_EQ(step.question.name + "/" + step.question.secret, "a/b");
  EXPECT_TRUE(server.on_answer(denied).reply.starts_with("-ERR [AUTH] "));
  say(server, "AUTH PLAIN");
  EXPECT_EQ(server.on_response("AGEAYg==").next, Next::authenticate);
  EXPECT_TRUE(server.on_answer({}).reply.starts_with("-ERR [SYS/TEMP] "));
  EXPECT_TRUE(say(server, "AUTH PLAIN =").reply.starts_with("-ERR "));
  step = say(server, "AUTH SCRAM-SHA-256 biwsbj1hLHI9eA==");
  EXPECT_EQ(step.question.about, sasl::Question::About::salt);
  EXPECT_EQ(server.on_answer({sasl::Verdict::granted, "4096,c2FsdA=="}).next, Next::response);
}

TEST(Server, NothingThatOthersCouldReadIsAskedFor) {
  pop3::Server server(false, {{"PLAIN", "SCRAM-SHA-256"}, false});
  const auto capabilities = say(server, "CAPA").reply;
  EXPECT_EQ(capabilities.find("\r\nUSER\r\n"), std::string::npos);
  EXPECT_EQ(capabilities.find("\r\nSASL "), std::string::npos);
  EXPECT_TRUE(say(server, "USER a").reply.starts_with("-ERR [AUTH] "));
  EXPECT_TRUE(say(server, "PASS b").reply.starts_with("-ERR "));
  EXPECT_TRUE(say(server, "AUTH PLAIN AGEAYg==").reply.starts_with("-ERR "));
  server.offer(near);
  EXPECT_EQ(say(server, "AUTH PLAIN AGEAYg==").next, Next::authenticate);
}

TEST(Server, ApopNeedsATimestamp) {
  const char* line = "APOP bob c4c9334bac560ecc979e58001b3e22fb";
  pop3::Server without(false, near);
  EXPECT_EQ(without.greeting().reply, "+OK tubepost POP3 ready\r\n");
  EXPECT_TRUE(say(without, line).reply.starts_with("-ERR "));
  pop3::Server server(false, near, {}, true, {"<1@mx>", 0});
  EXPECT_EQ(server.greeting().reply, "+OK tubepost POP3 ready <1@mx>\r\n");
  const auto step = say(server, line);
  EXPECT_EQ(step.next, Next::authenticate);
  EXPECT_EQ(step.question.about, sasl::Question::About::digest);
  EXPECT_EQ(step.question.name + "/" + step.question.secret, "bob/c4c9334bac560ecc979e58001b3e22fb");
  EXPECT_TRUE(step.question.logs_in());
  EXPECT_TRUE(server.on_answer(denied).reply.starts_with("-ERR [AUTH] "));
}

TEST(Server, LoginDelayIsSaidAndKept) {
  pop3::Server server(true, {}, {}, false, {{}, 60});
  EXPECT_NE(say(server, "CAPA").reply.find("\r\nLOGIN-DELAY 60\r\nEXPIRE NEVER\r\n"), std::string::npos);
  EXPECT_TRUE(server.too_soon().reply.starts_with("-ERR [LOGIN-DELAY] "));
  EXPECT_EQ(server.too_soon().next, Next::close);
}

TEST(Server, HowToLogInIsSaidAfterTheLoginToo) {
  const pop3::Server before(false, near, {}, true);
  EXPECT_EQ(before.login_capabilities(), "STLS\r\nUSER\r\nSASL PLAIN SCRAM-SHA-256\r\n");
  pop3::Server after(true, {}, {}, false, {{}, 0, before.login_capabilities()});
  EXPECT_EQ(after.login_capabilities(), before.login_capabilities());
  EXPECT_NE(say(after, "CAPA").reply.find("\r\nSASL PLAIN SCRAM-SHA-256\r\n"), std::string::npos);
}

TEST(Server, Utf8BelongsBeforeTheLoginAndLangAnywhere) {
  const Three drop;
  pop3::Server server(false, near);
  EXPECT_TRUE(say(server, "UTF8").reply.starts_with("+OK"));
  EXPECT_EQ(say(server, "LANG").reply, "+OK languages follow\r\nen English\r\n.\r\n");
  EXPECT_TRUE(say(server, "LANG *").reply.starts_with("+OK en "));
  EXPECT_TRUE(say(server, "LANG EN").reply.starts_with("+OK en "));
  EXPECT_TRUE(say(server, "LANG en-GB").reply.starts_with("-ERR "));
  server.authenticated(drop);
  EXPECT_TRUE(say(server, "UTF8").reply.starts_with("-ERR "));
  EXPECT_TRUE(say(server, "LANG en").reply.starts_with("+OK en "));
}

}  // namespace
}  // namespace server_test

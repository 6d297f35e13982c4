#include "pop3/server.hpp"

#include <gtest/gtest.h>

namespace {

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
  pop3::Server server(false);
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
  pop3::Server server(false, {true, false});
  auto capabilities = say(server, "CAPA").reply;
  EXPECT_NE(capabilities.find("\r\nSTLS\r\n"), std::string::npos);
  EXPECT_EQ(capabilities.find("\r\nUSER\r\n"), std::string::npos);
  EXPECT_TRUE(say(server, "USER bob").reply.starts_with("-ERR not before TLS"));
  EXPECT_EQ(say(server, "PASS secret").next, Next::command);
  EXPECT_TRUE(say(server, "STLS now").reply.starts_with("-ERR"));
  EXPECT_EQ(say(server, "STLS").next, Next::start_tls);
  server.secured();
  capabilities = say(server, "CAPA").reply;
  EXPECT_EQ(capabilities.find("\r\nSTLS\r\n"), std::string::npos);
  EXPECT_NE(capabilities.find("\r\nUSER\r\n"), std::string::npos);
  EXPECT_EQ(say(server, "STLS").next, Next::command);
  say(server, "USER bob");
  EXPECT_EQ(say(server, "PASS secret").next, Next::authenticate);
}

TEST(Server, ANameGivenBeforeTlsIsForgotten) {
  pop3::Server server(false, {true, true});
  say(server, "USER bob");
  EXPECT_EQ(say(server, "STLS").next, Next::start_tls);
  server.secured();
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
    pop3::Server server(false);
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
  pop3::Server server(false);
  say(server, "USER a");
  const auto step = say(server, "PASS b c");
  EXPECT_EQ(step.next, Next::authenticate);
  EXPECT_EQ(step.name, "a");
  EXPECT_EQ(step.password, "b c");
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
  pop3::Server server(false);
  for (int i = 0; i < 19; ++i) {
    const auto step = server.auth_unavailable();
    EXPECT_TRUE(step.reply.starts_with("-ERR [SYS/TEMP] "));
    EXPECT_EQ(step.next, Next::command);
  }
  EXPECT_EQ(server.auth_failed("no").next, Next::command);
  EXPECT_EQ(server.auth_unavailable().next, Next::close);
}

TEST(Server, AMailboxInUseEndsTheSession) {
  const auto step = pop3::Server(true).locked();
  EXPECT_TRUE(step.reply.starts_with("-ERR [IN-USE]"));
  EXPECT_EQ(step.next, Next::close);
}

TEST(Server, TheThirdWrongPasswordEndsIt) {
  pop3::Server server(false);
  EXPECT_EQ(server.auth_failed("no").next, Next::command);
  EXPECT_EQ(server.auth_failed("no").next, Next::command);
  EXPECT_EQ(server.auth_failed("no").next, Next::close);
}

}  // namespace

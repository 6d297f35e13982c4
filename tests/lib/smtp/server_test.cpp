#include "smtp/server.hpp"

#include <gtest/gtest.h>

namespace {

class Town : public smtp::Policy {
 public:
  bool is_local_domain(std::string_view domain) const override { return domain == "example.test"; }
  bool has_user(std::string_view local) const override { return local == "bob" || local == "postmaster"; }
  bool has_route(std::string_view domain) const override { return domain != "unrouted.test"; }
};

enum State { fresh, greeted, sender, recipient };

const char* const way[] = {"EHLO client.test", "MAIL FROM:<a@b.test>", "RCPT TO:<bob@example.test>"};

smtp::Server in_state(int state, const smtp::Policy& policy, smtp::ServerConfig config = {"mx.test"}) {
  smtp::Server server(std::move(config), policy);
  for (int i = 0; i < state; ++i) EXPECT_EQ(server.on(smtp::parse_command(way[i])).reply.code, 250);
  return server;
}

TEST(Server, EveryCommandInEveryState) {
  struct Row {
    const char* line;
    int codes[4];  // fresh, greeted, after MAIL, after RCPT
  };
  const Row rows[] = {
      {"HELO x", {250, 250, 250, 250}},
      {"EHLO x", {250, 250, 250, 250}},
      {"MAIL FROM:<a@b.test>", {503, 250, 503, 503}},
      {"MAIL FROM:<>", {503, 250, 503, 503}},
      {"MAIL FROM:<a@b.test> SIZE=99999999999", {503, 552, 503, 503}},
      {"MAIL FROM:<a@b.test> X=1", {555, 555, 555, 555}},
      {"RCPT TO:<bob@example.test>", {503, 503, 250, 250}},
      {"RCPT TO:<\"bob\"@EXAMPLE.test>", {503, 503, 250, 250}},
      {"RCPT TO:<postmaster>", {503, 503, 250, 250}},
      {"RCPT TO:<nobody@example.test>", {503, 503, 550, 550}},
      {"RCPT TO:<bob@elsewhere.test>", {503, 503, 550, 550}},
      {"RCPT TO:<bob%elsewhere.test@example.test>", {503, 503, 550, 550}},
      {"RCPT TO:<@example.test:bob@elsewhere.test>", {503, 503, 550, 550}},
      {"RCPT TO:<\"bob@elsewhere.test\"@example.test>", {503, 503, 550, 550}},
      {"DATA", {503, 503, 554, 354}},
      {"RSET", {250, 250, 250, 250}},
      {"NOOP", {250, 250, 250, 250}},
      {"VRFY bob", {252, 252, 252, 252}},
      {"HELP", {214, 214, 214, 214}},
      {"QUIT", {221, 221, 221, 221}},
      {"XYZZY", {500, 500, 500, 500}},
      {"EXPN list", {502, 502, 502, 502}},
      {"AUTH PLAIN", {502, 502, 502, 502}},
      {"STARTTLS", {502, 502, 502, 502}},
      {"MAIL FROM:<a@b.test> SIZE=99999999999999999999", {503, 552, 503, 503}},
      {"MAIL FROM:<a@b.test> SIZE=999999999999999999999", {501, 501, 501, 501}},
      {"MAIL FROM:<a@b.test> SIZE=1 SIZE=1", {501, 501, 501, 501}},
      {"MAIL FROM:<a@b.test> BODY=7BIT BODY=7BIT", {501, 501, 501, 501}},
      {"MAIL FROM:<a@b.test> AUTH=<>", {503, 250, 503, 503}},
      {"MAIL FROM:a", {501, 501, 501, 501}},
  };
  const Town town;
  for (const auto& row : rows) {
    for (int state = fresh; state <= recipient; ++state) {
      auto server = in_state(state, town);
      EXPECT_EQ(server.on(smtp::parse_command(row.line)).reply.code, row.codes[state])
          << row.line << " in " << state;
    }
  }
}

TEST(Server, SubmissionInEveryState) {
  struct Row {
    const char* line;
    int codes[4];  // fresh, after EHLO, logged in, logged in and after MAIL
  };
  // AG4AcA== is "n" with the password "p".
  const Row rows[] = {
      {"MAIL FROM:<a@b.test>", {503, 530, 250, 503}},
      {"RCPT TO:<x@elsewhere.test>", {503, 503, 503, 250}},
      {"RCPT TO:<x@unrouted.test>", {503, 503, 503, 550}},
      {"RCPT TO:<nobody@example.test>", {503, 503, 503, 550}},
      {"AUTH PLAIN", {503, 334, 503, 503}},
      {"AUTH PLAIN AG4AcA==", {503, 0, 503, 503}},
      {"AUTH PLAIN !", {503, 501, 503, 503}},
      {"AUTH PLAIN =", {503, 501, 503, 503}},
      {"AUTH LOGIN", {503, 504, 503, 503}},
      {"AUTH", {501, 501, 501, 501}},
      {"HELO x", {250, 250, 250, 250}},
      {"QUIT", {221, 221, 221, 221}},
  };
  const Town town;
  for (const auto& row : rows) {
    for (int state = 0; state < 4; ++state) {
      smtp::Server server({.hostname = "mx.test", .submission = true, .auth = true}, town);
      if (state > 0) (void)server.on(smtp::parse_command("EHLO x"));
      if (state > 1) {
        EXPECT_EQ(server.authenticated("n").reply.code, 235);
      }
      if (state > 2) (void)server.on(smtp::parse_command("MAIL FROM:<a@b.test>"));
      EXPECT_EQ(server.on(smtp::parse_command(row.line)).reply.code, row.codes[state])
          << row.line << " in " << state;
    }
  }
}

TEST(Server, LoginsByResponseAndTheirEnd) {
  const Town town;
  smtp::Server server({.hostname = "mx.test", .submission = true, .auth = true}, town);
  EXPECT_EQ(server.on(smtp::parse_command("EHLO x")).reply.lines.at(5), "AUTH PLAIN");
  EXPECT_EQ(server.on(smtp::parse_command("AUTH PLAIN")).next, smtp::Next::response);
  EXPECT_EQ(server.on_response("*").reply.code, 501);
  const auto step = server.on_response("AG4AcA==");
  EXPECT_EQ(step.next, smtp::Next::authenticate);
  EXPECT_EQ(step.name + "/" + step.password, "n/p");
  EXPECT_EQ(server.not_authenticated(true).reply.code, 454);
  EXPECT_EQ(server.not_authenticated(false).reply.code, 535);
  EXPECT_EQ(server.not_authenticated(false).reply.code, 535);
  const auto last = server.not_authenticated(false);
  EXPECT_EQ(last.reply.code, 421);
  EXPECT_EQ(last.next, smtp::Next::close);
}

TEST(Server, RelaysOnlyWhenAllowed) {
  const Town town;
  auto server = in_state(sender, town, {.hostname = "mx.test", .relay = true});
  EXPECT_EQ(server.on(smtp::parse_command("RCPT TO:<x@elsewhere.test>")).reply.code, 250);
  EXPECT_EQ(server.on(smtp::parse_command("RCPT TO:<nobody@example.test>")).reply.code, 550);
}

TEST(Server, AMessageEndsTheTransaction) {
  const Town town;
  auto server = in_state(recipient, town);
  EXPECT_EQ(server.on(smtp::Data{}).next, smtp::Next::data);
  EXPECT_EQ(server.stored("id").reply.code, 250);
  EXPECT_TRUE(server.recipients().empty());
  EXPECT_EQ(server.on(smtp::parse_command("DATA")).reply.code, 503);
  EXPECT_EQ(server.on(smtp::parse_command("MAIL FROM:<>")).reply.code, 250);
}

TEST(Server, DiskTroubleIsTransient) {
  const Town town;
  auto server = in_state(recipient, town);
  EXPECT_EQ(server.not_stored(base::fail(base::Exit::temporary, "full")).reply.code, 452);
  EXPECT_EQ(server.not_stored(base::fail(base::Exit::io, "broken")).reply.code, 451);
}

TEST(Server, TakesNoMoreRecipientsThanTheSpoolCanHold) {
  const Town town;
  auto server = in_state(sender, town, {.hostname = "mx.test", .max_recipients = 100'000, .relay = true});
  int code = 250;
  for (int i = 0; code == 250 && i < 100'000; ++i) {
    const std::string local = std::string(50, 'x') + std::to_string(i);
    code = server.on(smtp::parse_command("RCPT TO:<" + local + "@elsewhere.test>")).reply.code;
  }
  EXPECT_EQ(code, 452);
  EXPECT_GT(server.recipients().size(), 5000u);
  EXPECT_LT(server.recipients().size(), 20'000u);
  EXPECT_EQ(server.on(smtp::Data{}).next, smtp::Next::data);
}

TEST(Server, HasLimits) {
  const Town town;
  auto server = in_state(recipient, town, {.hostname = "mx.test", .max_recipients = 1, .max_errors = 2});
  EXPECT_EQ(server.on(smtp::parse_command(way[2])).reply.code, 452);
  EXPECT_EQ(server.line_too_long().reply.code, 500);
  EXPECT_EQ(server.bare_line_end().reply.code, 500);
  const auto last = server.on(smtp::Unknown{"X"});
  EXPECT_EQ(last.reply.code, 421);
  EXPECT_EQ(last.next, smtp::Next::close);
}

}  // namespace

#include "smtp/server.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace server_test {
namespace {

class Town : public smtp::Policy {
 public:
  bool is_local_domain(std::string_view domain) const override { return domain == "example.test"; }
  bool has_user(std::string_view local) const override { return local == "bob" || local == "postmaster"; }
  bool has_route(std::string_view domain) const override { return domain != "unrouted.test"; }
  bool may_send_as(std::string_view user, const smtp::Path& sender) const override {
    return sender.local != "root" || user == "root";
  }
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
      {"HELP rcpt", {214, 214, 214, 214}},
      {"HELP status", {211, 211, 211, 211}},
      {"HELP XYZZY", {504, 504, 504, 504}},
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
      {"LHLO x", {500, 500, 500, 500}},
      {"MAIL FROM:<a@b.test> SMTPUTF8 RET=HDRS ENVID=x BODY=8BITMIME", {503, 250, 503, 503}},
      {"MAIL FROM:<gr\xc3\xbc@b.test>", {503, 553, 503, 503}},
      {"MAIL FROM:<gr\xc3\xbc@b.test> SMTPUTF8", {503, 250, 503, 503}},
      {"MAIL FROM:<a@gr\xc3\xbc.test>", {503, 250, 503, 503}},
      {"MAIL FROM:<a@b.test> BODY=BINARYMIME", {503, 250, 503, 503}},
      {"MAIL FROM:<a@b.test> REQUIRETLS", {503, 555, 503, 503}},
      {"MAIL FROM:<a@b.test> HOLDFOR=60", {503, 555, 503, 503}},
      {"MAIL FROM:<a@b.test> BY=60;R MT-PRIORITY=3", {503, 250, 503, 503}},
      {"RCPT TO:<bob@example.test> NOTIFY=SUCCESS ORCPT=rfc822;b@c.test", {503, 503, 250, 250}},
      {"RCPT TO:<gr\xc3\xbc@example.test>", {503, 503, 553, 553}},
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

TEST(Server, ChunksInEveryState) {
  const Town town;
  const struct {
    const char* line;
    int state;
    int code;  // 0: the octets are taken
    bool discard;
  } rows[] = {
      {"BDAT 5", fresh, 503, true},
      {"BDAT 5", greeted, 503, true},
      {"BDAT 5 LAST", sender, 554, true},
      {"BDAT 5", recipient, 0, false},
      {"BDAT 0 LAST", recipient, 0, false},
      {"BDAT 60000000", recipient, 552, true},
      {"BDAT 9223372036854775807", recipient, 552, true},
  };
  for (const auto& row : rows) {
    auto server = in_state(row.state, town);
    const auto step = server.on(smtp::parse_command(row.line));
    EXPECT_EQ(step.next, smtp::Next::chunk) << row.line;
    EXPECT_EQ(step.reply.code, row.code) << row.line;
    EXPECT_EQ(step.chunk.discard, row.discard) << row.line;
  }
}

TEST(Server, BinaryMimeComesByChunksAlone) {
  const Town town;
  auto server = in_state(greeted, town);
  const auto on = [&](const char* line) { return server.on(smtp::parse_command(line)); };
  EXPECT_EQ(on("MAIL FROM:<a@b.test> BODY=BINARYMIME").reply.code, 250);
  EXPECT_EQ(on("RCPT TO:<bob@example.test>").reply.code, 250);
  EXPECT_EQ(on("DATA").reply.code, 503);
  EXPECT_FALSE(on("BDAT 5 LAST").chunk.discard);
}

TEST(Server, BehindAChunkOfNoKnownSizeNothingIsACommand) {
  const Town town;
  for (const char* line : {"BDAT", "BDAT -1", "bdat 5 FIRST", "BDAT 99999999999999999999", "BDAT 5\t"}) {
    auto server = in_state(recipient, town);
    const auto step = server.on(smtp::parse_command(line));
    EXPECT_EQ(step.reply.code, 501) << line;
    EXPECT_EQ(step.next, smtp::Next::close) << line;
  }
  auto server = in_state(recipient, town);
  EXPECT_EQ(server.bare_line_end("NOOP").next, smtp::Next::command);
  EXPECT_EQ(server.bare_line_end("BDAT 5").next, smtp::Next::close);
}

TEST(Server, NothingButChunksBetweenChunks) {
  const Town town;
  auto server = in_state(recipient, town);
  const auto on = [&](const char* line) { return server.on(smtp::parse_command(line)); };
  EXPECT_FALSE(on("BDAT 5").chunk.discard);
  EXPECT_EQ(server.chunk_taken(5).reply.code, 250);
  EXPECT_TRUE(server.in_chunks());
  EXPECT_EQ(on("MAIL FROM:<a@b.test>").reply.code, 503);
  EXPECT_EQ(on("RCPT TO:<bob@example.test>").reply.code, 503);
  EXPECT_EQ(on("DATA").reply.code, 503);
  EXPECT_TRUE(on("BDAT 5 LAST").chunk.last);
  EXPECT_EQ(server.stored("x").reply.code, 250);
  EXPECT_FALSE(server.in_chunks());
  EXPECT_EQ(on("MAIL FROM:<a@b.test>").reply.code, 250);
}

TEST(Server, ARefusedChunkTakesTheRestWithIt) {
  const Town town;
  auto server = in_state(recipient, town, {"mx.test", 100});
  const auto on = [&](const char* line) { return server.on(smtp::parse_command(line)); };
  EXPECT_FALSE(on("BDAT 60").chunk.discard);
  EXPECT_EQ(server.chunk_taken(60).reply.code, 250);
  EXPECT_EQ(on("BDAT 41").reply.code, 552);
  EXPECT_FALSE(server.in_chunks());
  EXPECT_EQ(on("BDAT 10").reply.code, 503);
  EXPECT_EQ(on("MAIL FROM:<a@b.test>").reply.code, 503);
  EXPECT_EQ(on("BDAT 0 LAST").reply.code, 503);
  EXPECT_EQ(on("MAIL FROM:<a@b.test>").reply.code, 250);
}

TEST(Server, WhatComesBehindARefusedChunkIsNoMessage) {
  const Town town;
  auto server = in_state(recipient, town, {"mx.test", 100});
  const auto on = [&](const char* line) { return server.on(smtp::parse_command(line)); };
  EXPECT_EQ(on("BDAT 101").reply.code, 552);
  // The sender was judged with the message that is gone.
  EXPECT_EQ(on("RCPT TO:<bob@example.test>").reply.code, 503);
  EXPECT_EQ(on("DATA").reply.code, 503);
  EXPECT_EQ(on("RSET").reply.code, 250);
  EXPECT_EQ(on("MAIL FROM:<a@b.test>").reply.code, 250);
}

TEST(Server, LmtpAnswersTheLastChunkForEachRecipientWhateverWentWrong) {
  const Town town;
  smtp::ServerConfig config = {"mx.test", 100};
  config.lmtp = true;
  smtp::Server server(config, town);
  const auto on = [&](const char* line) { return server.on(smtp::parse_command(line)); };
  for (const bool full : {false, true}) {
    on("LHLO x");
    on("MAIL FROM:<>");
    on("RCPT TO:<bob@example.test>");
    on("RCPT TO:<postmaster@example.test>");
    if (full) {
      EXPECT_EQ(on("BDAT 10").next, smtp::Next::chunk);
      EXPECT_EQ(server.not_stored(base::fail(base::Exit::temporary, "full")).replies, 1u);
    } else {
      EXPECT_EQ(on("BDAT 101").replies, 1u);
    }
    EXPECT_EQ(on("BDAT 5").replies, 1u);
    EXPECT_EQ(on("BDAT 0 LAST").replies, 2u);
    EXPECT_EQ(on("BDAT 0 LAST").replies, 1u);
  }
}

TEST(Server, WhoOnlyTalksIsHungUpOn) {
  const Town town;
  smtp::ServerConfig config = {"mx.test"};
  config.max_recipients = 100;
  auto server = in_state(recipient, town, config);
  const auto on = [&](const char* line) { return server.on(smtp::parse_command(line)); };
  on("DATA");
  EXPECT_EQ(server.stored("x").reply.code, 250);
  for (int i = 0; i < 550; ++i) {
    EXPECT_EQ(on("NOOP").reply.code, 250);
    EXPECT_EQ(on("RSET").next, smtp::Next::command);
  }
  EXPECT_EQ(on("QUIT").reply.code, 221);
  EXPECT_EQ(on("NOOP").reply.code, 421);
  EXPECT_EQ(on("EHLO x").next, smtp::Next::close);
}

TEST(Server, LmtpAnswersForEachRecipient) {
  const Town town;
  smtp::ServerConfig config = {"mx.test"};
  config.lmtp = true;
  smtp::Server server(config, town);
  const auto on = [&](const char* line) { return server.on(smtp::parse_command(line)); };
  EXPECT_EQ(on("EHLO x").reply.code, 500);
  EXPECT_EQ(on("LHLO x").reply.code, 250);
  EXPECT_EQ(on("MAIL FROM:<>").reply.code, 250);
  EXPECT_EQ(on("RCPT TO:<bob@example.test>").reply.code, 250);
  EXPECT_EQ(on("RCPT TO:<nobody@example.test>").reply.code, 550);
  EXPECT_EQ(on("RCPT TO:<\"bob\"@example.test>").reply.code, 250);
  EXPECT_EQ(on("DATA").reply.code, 354);
  EXPECT_EQ(server.stored("x").replies, 2u);
  EXPECT_EQ(on("NOOP").replies, 1u);
}

TEST(Server, TlsForgetsWhatWasSaid) {
  const Town town;
  smtp::ServerConfig config = {"mx.test"};
  config.tls = true;
  auto server = in_state(recipient, town, config);
  const auto on = [&](const char* line) { return server.on(smtp::parse_command(line)); };
  const auto offers = [&](const char* word) {
    const auto reply = on("EHLO x").reply;
    return std::find(reply.lines.begin(), reply.lines.end(), word) != reply.lines.end();
  };
  EXPECT_TRUE(offers("STARTTLS"));
  EXPECT_FALSE(offers("REQUIRETLS"));
  EXPECT_EQ(on("STARTTLS").next, smtp::Next::tls);
  server.secured();
  EXPECT_EQ(on("RCPT TO:<bob@example.test>").reply.code, 503);
  EXPECT_EQ(on("MAIL FROM:<a@b.test>").reply.code, 503);
  EXPECT_FALSE(offers("STARTTLS"));
  EXPECT_TRUE(offers("REQUIRETLS"));
  EXPECT_EQ(on("STARTTLS").reply.code, 503);
  EXPECT_EQ(on("MAIL FROM:<a@b.test> REQUIRETLS").reply.code, 250);
}

TEST(Server, RelaysOnlyWhenAllowed) {
  const Town town;
  auto server = in_state(sender, town, {.hostname = "mx.test", .relay = true});
  EXPECT_EQ(server.on(smtp::parse_command("RCPT TO:<x@elsewhere.test>")).reply.code, 250);
  EXPECT_EQ(server.on(smtp::parse_command("RCPT TO:<nobody@example.test>")).reply.code, 550);
}

TEST(Server, SyntaxSaysWhatItIsAbout) {
  const Town town;
  const struct {
    const char* line;
    const char* enhanced;
  } rows[] = {{"MAIL FROM:<a", "5.1.7"},
              {"RCPT TO:<a@b..c>", "5.1.3"},
              {"RCPT TO:<>", "5.1.3"},
              {"MAIL <a@b.test>", "5.5.4"},
              {"RCPT x", "5.5.4"},
              {"MAIL FROM:<a@b.test> RET=x", "5.5.4"},
              {"MAIL FROM:<a@b.test>x", "5.5.4"}};
  for (const auto& row : rows) {
    auto server = in_state(greeted, town);
    const auto reply = server.on_line(row.line).reply;
    EXPECT_EQ(reply.code, 501) << row.line;
    EXPECT_EQ(reply.enhanced, row.enhanced) << row.line;
  }
}

class Full : public Town {
 public:
  bool has_room(std::uint64_t octets) const override { return octets < 1000; }
  bool has_room_to_hold() const override { return false; }
};

TEST(Server, WhatThereIsNoRoomFor) {
  const Full town;
  smtp::ServerConfig config = {"mx.test"};
  config.submission = config.relay = true;
  const struct {
    const char* line;
    int code;
  } rows[] = {{"MAIL FROM:<a@b.test>", 250},
              {"MAIL FROM:<a@b.test> SIZE=999", 250},
              {"MAIL FROM:<a@b.test> SIZE=1000", 452},
              {"MAIL FROM:<a@b.test> HOLDFOR=60", 455},
              {"MAIL FROM:<a@b.test> HOLDUNTIL=1970-01-30T00:00:00Z", 455}};
  for (const auto& row : rows) {
    auto server = in_state(greeted, town, config);
    EXPECT_EQ(server.on_line(row.line).reply.code, row.code) << row.line;
  }
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
  EXPECT_EQ(server.bare_line_end("").reply.code, 500);
  const auto last = server.on(smtp::Unknown{"X"});
  EXPECT_EQ(last.reply.code, 421);
  EXPECT_EQ(last.next, smtp::Next::close);
}

}  // namespace
}  // namespace server_test

#include "smtp/client.hpp"

#include <gtest/gtest.h>

#include "smtp/server.hpp"

namespace client_test {
namespace {

using smtp::Client;
using smtp::Fate;
using Next = Client::Next;

void hear(Client& client, std::initializer_list<const char*> lines) {
  smtp::ReplyReader reader;
  for (const char* line : lines) {
    if (reader.line(line) == smtp::ReplyReader::State::complete) client.on(reader.take());
  }
}

Client greeted(std::initializer_list<const char*> ehlo) {
  Client client({.hostname = "me.test"});
  hear(client, {"220 mx"});
  EXPECT_EQ(client.output(), "EHLO me.test\r\n");
  hear(client, ehlo);
  EXPECT_EQ(client.next(), Next::ready);
  return client;
}

std::string show(const Client& client) {
  std::string out;
  for (const auto& verdict : client.verdicts()) {
    out += verdict.fate == Fate::delivered ? "+" : verdict.fate == Fate::failed ? "!" : "~";
    out += verdict.status + " ";
  }
  return out;
}

TEST(Client, PipelinesATransaction) {
  auto client = greeted({"250-mx", "250-PIPELINING", "250-SIZE 1000", "250 8BITMIME"});
  client.begin({"a@b.test", {{"x@y.test"}, {"z@y.test"}}, 10});
  EXPECT_EQ(client.output(),
            "MAIL FROM:<a@b.test> SIZE=10\r\nRCPT TO:<x@y.test>\r\nRCPT TO:<z@y.test>\r\nDATA\r\n");
  hear(client, {"250 ok", "250 ok", "550 5.1.1 no", "354 go"});
  EXPECT_EQ(client.next(), Next::body);
  client.body_sent();
  EXPECT_EQ(client.next(), Next::reply);
  hear(client, {"250 2.0.0 queued"});
  EXPECT_EQ(client.next(), Next::ready);
  EXPECT_EQ(show(client), "+2.0.0 !5.1.1 ");
  client.begin({"", {{"x@y.test"}}, 10});
  EXPECT_TRUE(client.output().starts_with("MAIL FROM:<> "));
}

TEST(Client, GoesStepByStepWithoutPipelining) {
  auto client = greeted({"250 mx"});
  client.begin({"a@b.test", {{"x@y.test"}, {"z@y.test"}}, 10});
  EXPECT_EQ(client.output(), "MAIL FROM:<a@b.test>\r\n");
  hear(client, {"250 ok"});
  EXPECT_EQ(client.output(), "RCPT TO:<x@y.test>\r\n");
  hear(client, {"251 will forward"});
  EXPECT_EQ(client.output(), "RCPT TO:<z@y.test>\r\n");
  hear(client, {"551 moved; try <z@new.test>"});
  EXPECT_EQ(client.output(), "DATA\r\n");
  hear(client, {"354 go"});
  client.body_sent();
  hear(client, {"250 ok"});
  EXPECT_EQ(show(client), "+2.0.0 !5.0.0 ");
  EXPECT_EQ(client.verdicts()[1].text, "551 moved; try <z@new.test>");
}

TEST(Client, FallsBackToHelo) {
  Client client({.hostname = "me.test"});
  hear(client, {"220 mx"});
  (void)client.output();
  hear(client, {"502 what"});
  EXPECT_EQ(client.output(), "HELO me.test\r\n");
  hear(client, {"250 mx"});
  EXPECT_EQ(client.next(), Next::ready);
}

TEST(Client, EveryRefusalHasItsVerdict) {
  const struct {
    std::initializer_list<const char*> replies;
    const char* verdicts;
    Next next;
  } rows[] = {{{"450 4.7.1 later", "503 x", "503 x", "503 x"}, "~4.7.1 ~4.7.1 ", Next::ready},
              {{"550 5.7.1 go away", "503 x", "503 x", "503 x"}, "!5.7.1 !5.7.1 ", Next::ready},
              {{"250 ok", "450 x", "550 x", "503 x", "250 reset"}, "~4.0.0 !5.0.0 ", Next::ready},
              {{"250 ok", "450 x", "550 x", "354 go", "554 nobody"}, "~4.0.0 !5.0.0 ", Next::ready},
              {{"250 ok", "250 x", "550 x", "452 4.3.1 full", "250 reset"}, "~4.3.1 !5.0.0 ", Next::ready},
              {{"250 ok", "552 too many", "250 ok", "354 go"}, "~5.0.0 +2.0.0 ", Next::body},
              {{"250 ok", "421 4.3.2 bye"}, "~4.3.2 ~4.3.2 ", Next::close},
              {{"250 ok", "550 x", "421 bye"}, "!5.0.0 ~4.3.2 ", Next::close},
              {{"250 ok", "250 ok", "250 ok", "354 go", "250 unasked"}, "~4.4.2 ~4.4.2 ", Next::close}};
  for (const auto& row : rows) {
    auto client = greeted({"250-mx", "250 PIPELINING"});
    client.begin({"a@b.test", {{"x@y.test"}, {"z@y.test"}}, 10});
    (void)client.output();
    for (const char* line : row.replies) {
      hear(client, {line});
      (void)client.output();
    }
    EXPECT_EQ(show(client), row.verdicts) << *row.replies.begin();
    EXPECT_EQ(client.next(), row.next) << *row.replies.begin();
  }
}

TEST(Client, FinalRepliesAreForThoseWhoWereAccepted) {
  for (const auto& [reply, wanted] :
       {std::pair("554 5.6.0 bad", "!5.6.0 !5.1.1 "), std::pair("452 4.3.1 full", "~4.3.1 !5.1.1 ")}) {
    auto client = greeted({"250-mx", "250 PIPELINING"});
    client.begin({"a@b.test", {{"x@y.test"}, {"z@y.test"}}, 10});
    (void)client.output();
    hear(client, {"250 ok", "250 ok", "550 5.1.1 no", "354 go"});
    client.body_sent();
    hear(client, {reply});
    EXPECT_EQ(show(client), wanted);
    EXPECT_EQ(client.next(), Next::ready);
  }
}

TEST(Client, WhatIsNoAnswerToDataEndsTheConnection) {
  for (const char* reply : {"250 ok", "200", "351 go"}) {
    auto client = greeted({"250-mx", "250 PIPELINING"});
    client.begin({"a@b.test", {{"x@y.test"}}, 10});
    hear(client, {"250 ok", "250 ok", reply});
    EXPECT_EQ(show(client), "~4.4.2 ") << reply;
    EXPECT_EQ(client.next(), Next::close);
  }
}

TEST(Client, AReplyBeforeTheQuestionEndsTheConnection) {
  auto client = greeted({"250-mx", "250 PIPELINING"});
  client.begin({"a@b.test", {{"x@y.test"}}, 10});
  client.unasked();
  EXPECT_EQ(show(client), "~4.4.2 ");
  EXPECT_EQ(client.next(), Next::close);
}

TEST(Client, ABrokenConnectionDefersWhatIsOpen) {
  auto client = greeted({"250-mx", "250 PIPELINING"});
  client.begin({"a@b.test", {{"x@y.test"}, {"z@y.test"}}, 10});
  hear(client, {"250 ok", "250 ok", "550 5.1.1 no"});
  client.lost("gone");
  EXPECT_EQ(show(client), "~4.4.2 !5.1.1 ");
  EXPECT_EQ(client.next(), Next::close);
}

TEST(Client, ABannerThatRefusesIsTheHostsTrouble) {
  Client client({.hostname = "me.test"});
  hear(client, {"554 no service"});
  EXPECT_EQ(client.next(), Next::close);
  EXPECT_EQ(show(client), "~4.3.2 ");
  EXPECT_EQ(client.verdicts()[0].text, "554 no service");
}

TEST(Client, DoesNotSendWhatIsTooLarge) {
  auto client = greeted({"250-mx", "250 SIZE 100"});
  client.begin({"a@b.test", {{"x@y.test"}}, 101});
  EXPECT_EQ(client.next(), Next::ready);
  EXPECT_EQ(show(client), "!5.3.4 ");
}

class Town : public smtp::Policy {
 public:
  bool is_local_domain(std::string_view domain) const override { return domain == "y.test"; }
  bool has_user(std::string_view local) const override { return local == "x"; }
  bool has_route(std::string_view domain) const override { return domain != "unrouted.test"; }
  bool may_send_as(std::string_view, const smtp::Path&) const override { return true; }
};

TEST(Client, SpeaksWithOurOwnServer) {
  const Town town;
  smtp::Server server({"mx.y.test"}, town);
  smtp::ReplyReader reader;
  Client client({.hostname = "me.test"});
  const auto answer = [&](const smtp::Reply& reply) {
    std::string wire = smtp::to_wire(reply);
    for (std::size_t at = 0; at < wire.size();) {
      const auto end = wire.find("\r\n", at);
      if (reader.line(wire.substr(at, end - at)) == smtp::ReplyReader::State::complete)
        client.on(reader.take());
      at = end + 2;
    }
  };
  const auto talk = [&] {
    while (client.next() == Next::reply) {
      const std::string said = client.output();
      ASSERT_FALSE(said.empty());
      for (std::size_t at = 0; at < said.size();) {
        const auto end = said.find("\r\n", at);
        answer(server.on(smtp::parse_command(said.substr(at, end - at))).reply);
        at = end + 2;
      }
    }
  };
  answer(server.greeting());
  talk();
  for (int i = 0; i < 3; ++i) {
    client.begin({"a@b.test", {{"x@y.test"}, {"nobody@y.test"}}, 10});
    talk();
    ASSERT_EQ(client.next(), Next::body);
    client.body_sent();
    answer(server.stored("id").reply);
    EXPECT_EQ(show(client), "+2.0.0 !5.1.1 ");
  }
  client.quit();
  talk();
  EXPECT_EQ(client.next(), Next::close);
}

}  // namespace
}  // namespace client_test

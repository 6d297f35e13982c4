// The client machine and what a server offers: TLS, AUTH, LMTP, BDAT and parameters.
#include <gtest/gtest.h>

#include "smtp/client.hpp"

namespace client_greeting_test {
namespace {

using smtp::Client;
using smtp::ClientTerms;
using smtp::Fate;
using Next = Client::Next;
using Tls = ClientTerms::Tls;
using Lines = std::vector<const char*>;

/// One character a reply: what the machine sends next goes to `said`.
std::string hear(Client& client, const Lines& lines) {
  smtp::ReplyReader reader;
  std::string said = client.output();
  for (const char* line : lines) {
    if (reader.line(line) != smtp::ReplyReader::State::complete) continue;
    client.on(reader.take());
    said += client.output();
  }
  return said;
}

std::string show(const Client& client) {
  std::string out;
  for (const auto& verdict : client.verdicts()) {
    out += verdict.fate == Fate::delivered ? "+" : verdict.fate == Fate::failed ? "!" : "~";
    out += verdict.status + (verdict.elsewhere ? "> " : " ");
  }
  return out;
}

ClientTerms terms(Tls tls = Tls::never) {
  ClientTerms out;
  out.hostname = "me";
  out.tls = tls;
  out.nonce = "abcdefghijklmnopqrst";
  return out;
}

Client ready(const Lines& ehlo, ClientTerms given = terms()) {
  Client client(std::move(given));
  hear(client, {"220 mx"});
  hear(client, ehlo);
  EXPECT_EQ(client.next(), Next::ready);
  return client;
}

TEST(ClientTls, IsBegunWhereItIsOffered) {
  for (const auto tls : {Tls::may, Tls::must}) {
    Client client(terms(tls));
    EXPECT_EQ(hear(client, {"220 mx", "250-mx", "250-STARTTLS", "250-PIPELINING", "250 SIZE 10", "220 go"}),
              "EHLO me\r\nSTARTTLS\r\n");
    EXPECT_EQ(client.next(), Next::tls);
    client.secured(false);
    // Nothing of what was said in clear counts.
    EXPECT_EQ(client.extensions().size_limit, 0U);
    EXPECT_EQ(hear(client, {"250 mx"}), "EHLO me\r\n");
    EXPECT_EQ(client.next(), Next::ready);
    EXPECT_FALSE(client.extensions().pipelining);
  }
}

TEST(ClientTls, ARefusalEndsItOnlyWhereItMustBe) {
  const struct {
    Tls tls;
    Lines replies;
    Next next;
    const char* status;
  } rows[] = {{Tls::may, {"250-x", "250 STARTTLS", "454 no"}, Next::ready, ""},
              {Tls::may, {"250 x"}, Next::ready, ""},
              {Tls::may, {"500 x", "250 x"}, Next::ready, ""},
              {Tls::never, {"250-x", "250 STARTTLS"}, Next::ready, ""},
              {Tls::must, {"250-x", "250 STARTTLS", "454 no"}, Next::close, "~4.7.4> "},
              {Tls::must, {"250-x", "250 STARTTLS", "250 go"}, Next::close, "~4.7.4> "},
              {Tls::must, {"250 x"}, Next::close, "~4.7.4> "},
              {Tls::must, {"500 x", "250 x"}, Next::close, "~4.7.4> "},
              {Tls::must, {"250-x", "250 STARTTLS", "421 bye"}, Next::close, "~4.3.2> "}};
  for (const auto& row : rows) {
    Client client(terms(row.tls));
    hear(client, {"220 mx"});
    hear(client, row.replies);
    EXPECT_EQ(client.next(), row.next) << row.replies.back();
    EXPECT_EQ(show(client), row.status) << row.replies.back();
  }
}

TEST(ClientAuth, IsDoneBeforeMail) {
  auto given = terms();
  given.login = sasl::Login{"u", "p"};
  given.secured = true;
  const struct {
    Lines replies;
    const char* said;
    Next next;
    const char* status;
  } rows[] = {
      {{"250-x", "250 AUTH PLAIN", "235 in"}, "AUTH PLAIN AHUAcA==\r\n", Next::ready, ""},
      {{"250-x", "250 AUTH PLAIN", "535 5.7.8 no"}, "AUTH PLAIN AHUAcA==\r\n", Next::close, "~4.7.8> "},
      {{"250-x", "250 AUTH PLAIN", "334 more", "501 x"},
       "AUTH PLAIN AHUAcA==\r\n*\r\n",
       Next::close,
       "~4.7.8> "},
      {{"250-x", "250 AUTH LOGIN", "334 VXNlcg==", "334 UGFzcw==", "235 in"},
       "AUTH LOGIN\r\ndQ==\r\ncA==\r\n",
       Next::ready,
       ""},
      {{"250-x", "250 AUTH LOGIN", "235 in"}, "AUTH LOGIN\r\n", Next::close, "~4.7.8> "},
      {{"250-x", "250 AUTH SCRAM-SHA-256", "235 in"},
       "AUTH SCRAM-SHA-256 biwsbj11LHI9YWJjZGVmZ2hpamtsbW5vcHFyc3Q=\r\n",
       Next::close,
       "~4.7.8> "},
      {{"250-x", "250 AUTH GSSAPI"}, "", Next::close, "~4.7.8> "},
      {{"250 x"}, "", Next::close, "~4.7.8> "}};
  for (const auto& row : rows) {
    Client client(given);
    hear(client, {"220 mx"});
    EXPECT_EQ(hear(client, row.replies), row.said);
    EXPECT_EQ(client.next(), row.next) << row.said;
    EXPECT_EQ(show(client), row.status) << row.said;
  }
  given.secured = false;
  Client clear(given);
  hear(clear, {"220 mx", "250-x", "250 AUTH PLAIN LOGIN"});
  EXPECT_EQ(clear.next(), Next::close);
  given.password_in_clear = true;
  Client asked(given);
  EXPECT_NE(hear(asked, {"220 mx", "250-x", "250 AUTH LOGIN"}).find("AUTH LOGIN"), std::string::npos);
}

TEST(ClientParameters, GoOutWhereTheyAreOffered) {
  smtp::Transaction full{"a@b", {{"x@y", {smtp::Notify{false, true, false, false}, "rfc822;z@y"}}}, 10};
  full.parameters.return_full = false;
  full.parameters.envelope_id = "id";
  full.parameters.priority = 3;
  full.eight_bit = true;
  auto client = ready({"250-x", "250-PIPELINING", "250-8BITMIME", "250-DSN", "250-MT-PRIORITY", "250 SIZE"});
  client.begin(full);
  EXPECT_EQ(client.output(),
            "MAIL FROM:<a@b> SIZE=10 BODY=8BITMIME RET=HDRS ENVID=id MT-PRIORITY=3\r\n"
            "RCPT TO:<x@y> NOTIFY=SUCCESS ORCPT=rfc822;z@y\r\nDATA\r\n");
  EXPECT_TRUE(client.dsn_passed_on());
  auto poor = ready({"250-x", "250-PIPELINING", "250 8BITMIME"});
  poor.begin(full);
  EXPECT_EQ(poor.output(), "MAIL FROM:<a@b> BODY=8BITMIME\r\nRCPT TO:<x@y>\r\nDATA\r\n");
  EXPECT_FALSE(poor.dsn_passed_on());
}

TEST(ClientParameters, WhatTheMessageNeedsAndTheHostHasNot) {
  smtp::Transaction plain{"a@b", {{"x@y"}}, 10};
  auto utf8 = plain, eight_bit = plain, tls = plain;
  utf8.utf8 = true;
  eight_bit.eight_bit = true;
  tls.parameters.require_tls = true;
  auto back = plain, told = plain;
  back.parameters.by = smtp::DeliverBy{100, true, false};
  told.parameters.by = smtp::DeliverBy{100, false, false};
  auto last = terms();
  last.lmtp = true;
  auto verified = terms();
  verified.secured = verified.verified = true;
  auto unverified = terms();
  unverified.secured = true;
  const struct {
    smtp::Transaction transaction;
    ClientTerms given;
    Lines ehlo;
    const char* verdict;
  } rows[] = {{plain, terms(), {"250 x"}, "~"},
              {plain, terms(), {"250-x", "250 SIZE 9"}, "!5.3.4> "},
              {utf8, terms(), {"250-x", "250 8BITMIME"}, "!5.6.7> "},
              {utf8, terms(), {"250-x", "250-8BITMIME", "250 SMTPUTF8"}, "~"},
              {eight_bit, terms(), {"250 x"}, "!5.6.3> "},
              {eight_bit, terms(), {"250-x", "250 8BITMIME"}, "~"},
              {back, terms(), {"250 x"}, "!5.4.7> "},
              {back, terms(), {"250-x", "250 DELIVERBY"}, "~"},
              {back, terms(), {"250-x", "250 DELIVERBY 101"}, "!5.4.7> "},
              {back, last, {"250 x"}, "~"},
              {told, terms(), {"250 x"}, "~"},
              {told, terms(), {"250-x", "250 DELIVERBY 101"}, "~"},
              {tls, verified, {"250-x", "250 REQUIRETLS"}, "~"},
              {tls, verified, {"250 x"}, "!5.7.30> "},
              {tls, unverified, {"250-x", "250 REQUIRETLS"}, "!5.7.30> "}};
  for (const auto& row : rows) {
    auto client = ready(row.ehlo, row.given);
    client.begin(row.transaction);
    const bool goes = *row.verdict == '~';
    EXPECT_EQ(client.next(), goes ? Next::reply : Next::ready) << row.verdict;
    if (goes) continue;
    EXPECT_EQ(show(client), row.verdict);
  }
}

TEST(ClientLmtp, EachRecipientHasItsReply) {
  auto given = terms();
  given.lmtp = true;
  Client client(given);
  EXPECT_EQ(hear(client, {"220 mx", "250-x", "250 PIPELINING"}), "LHLO me\r\n");
  client.begin({"a@b", {{"1@y"}, {"2@y"}, {"3@y"}}, 10});
  hear(client, {"250 ok", "250 ok", "550 5.1.1 no", "250 ok", "354 go"});
  client.body_sent();
  hear(client, {"250 2.1.5 ok"});
  EXPECT_EQ(client.next(), Next::reply);
  hear(client, {"452 4.2.2 full"});
  EXPECT_EQ(client.next(), Next::ready);
  EXPECT_EQ(show(client), "+2.1.5 !5.1.1 ~4.2.2 ");
  client.begin({"a@b", {{"1@y"}, {"2@y"}}, 10});
  hear(client, {"250 ok", "250 ok", "250 ok", "354 go"});
  client.body_sent();
  hear(client, {"250 2.1.5 ok"});
  client.lost("gone");
  EXPECT_EQ(show(client), "+2.1.5 ~4.4.2 ");
}

TEST(ClientLmtp, AHostThatKnowsNoLhloOrAsksForAMessageToNobody) {
  auto given = terms();
  given.lmtp = true;
  Client client(given);
  EXPECT_EQ(hear(client, {"220 mx", "500 what"}), "LHLO me\r\n");
  EXPECT_EQ(client.next(), Next::close);
  Client odd(given);
  hear(odd, {"220 mx", "250-x", "250 PIPELINING"});
  odd.begin({"a@b", {{"1@y"}}, 10});
  hear(odd, {"250 ok", "550 5.1.1 no", "354 go"});
  EXPECT_EQ(odd.next(), Next::close);
  EXPECT_EQ(show(odd), "!5.1.1 ");
}

Client chunking(const Lines& replies, bool lmtp = false) {
  auto given = terms();
  given.large = 10;
  given.lmtp = lmtp;
  auto client = ready({"250-x", "250-PIPELINING", "250 CHUNKING"}, given);
  client.begin({"a@b", {{"x@y"}, {"z@y"}}, 10});
  const auto said = hear(client, replies);
  const std::string reset = client.next() == Next::body ? "" : "RSET\r\n";
  EXPECT_EQ(said, "MAIL FROM:<a@b>\r\nRCPT TO:<x@y>\r\nRCPT TO:<z@y>\r\n" + reset);
  return client;
}

TEST(ClientChunks, ReplaceDataForWhatIsLarge) {
  auto client = chunking({"250 ok", "250 ok", "550 5.1.1 no"});
  ASSERT_EQ(client.next(), Next::body);
  EXPECT_TRUE(client.chunked());
  EXPECT_EQ(client.chunk(7, false), "BDAT 7\r\n");
  EXPECT_EQ(client.chunk(3, true), "BDAT 3 LAST\r\n");
  client.body_sent();
  hear(client, {"250 7 octets", "250 2.0.0 queued"});
  EXPECT_EQ(show(client), "+2.0.0 !5.1.1 ");
  EXPECT_EQ(client.next(), Next::ready);
  client.begin({"a@b", {{"x@y"}}, 9});
  EXPECT_FALSE(client.chunked());
}

TEST(ClientChunks, APieceThatIsRefusedIsTheLastWord) {
  auto client = chunking({"250 ok", "250 ok", "250 ok"});
  (void)client.chunk(7, false);
  (void)client.chunk(3, true);
  client.body_sent();
  EXPECT_EQ(hear(client, {"552 5.3.4 too large", "250 2.0.0 queued"}), "RSET\r\n");
  EXPECT_EQ(show(client), "!5.3.4 !5.3.4 ");
  hear(client, {"250 ok"});
  EXPECT_EQ(client.next(), Next::ready);
  auto lmtp = chunking({"250 ok", "250 ok", "250 ok"}, true);
  (void)lmtp.chunk(7, false);
  (void)lmtp.chunk(3, true);
  lmtp.body_sent();
  hear(lmtp, {"552 5.3.4 too large"});
  EXPECT_EQ(lmtp.next(), Next::close);
  EXPECT_EQ(show(lmtp), "!5.3.4 !5.3.4 ");
}

TEST(ClientChunks, NobodyGetsNothing) {
  const auto client = chunking({"250 ok", "550 5.1.1 no", "450 4.2.1 no"});
  EXPECT_EQ(show(client), "!5.1.1 ~4.2.1> ");
}

TEST(ClientVerdicts, WhatAnotherHostMayTake) {
  const struct {
    Lines replies;
    const char* verdicts;
  } rows[] = {{{"450 4.7.1 later"}, "~4.7.1> "},
              {{"550 5.7.1 no"}, "!5.7.1 "},
              {{"250 ok", "450 4.7.1 grey", "503 x"}, "~4.7.1> "},
              {{"250 ok", "552 5.5.3 too many", "503 x"}, "~5.5.3> "},
              {{"250 ok", "421 4.3.2 bye"}, "~4.3.2> "},
              {{"250 ok", "250 ok", "451 4.3.0 no"}, "~4.3.0> "}};
  for (const auto& row : rows) {
    auto client = ready({"250-x", "250 PIPELINING"});
    client.begin({"a@b", {{"x@y"}}, 10});
    hear(client, row.replies);
    EXPECT_EQ(show(client), row.verdicts) << row.replies.back();
  }
  auto client = ready({"250-x", "250 PIPELINING"});
  client.begin({"a@b", {{"x@y"}}, 10});
  hear(client, {"250 ok", "250 ok", "354 go"});
  client.lost("gone");
  EXPECT_EQ(show(client), "~4.4.2 ");
}

}  // namespace
}  // namespace client_greeting_test

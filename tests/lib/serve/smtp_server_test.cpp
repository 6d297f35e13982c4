#include "serve/smtp_server.hpp"

#include <gtest/gtest.h>

#include "serve/account_policy.hpp"
#include "spool/queue.hpp"
#include "talk.hpp"

namespace smtp_server_test {
namespace {

const auth::Accounts& accounts() {
  static const auto all =
      auth::Accounts::parse("example.test\n", "bob:*:1:1::/home/bob::\n", "users").value();
  return all;
}

struct Site {
  Directory directory;
  serve::Reception reception;
  Site() {
    for (const char digit : std::string_view("0123456789abcdef")) {
      std::filesystem::create_directories(directory.path() + "/queue/" + digit);
    }
    reception.server.hostname = "mx.test";
    reception.spool = directory.path();
    reception.peer = {"192.0.2.1", "1"};
  }
  std::string talk(std::string_view said) const {
    const serve::AccountPolicy policy(accounts(), "bob", smtp::Routes::parse("far.test host\n", "r").value());
    return hear(said, [&](net::Wire& wire) {
      (void)serve::receive(wire, reception, policy, [] { return base::Result<void>(); });
    });
  }
  std::string stored() const {
    const spool::Queue queue(directory.path());
    std::string out;
    for (const auto& entry : queue.scan().value())
      out += spool::Queue::read(queue.open(entry).value(), 0, 100'000).value();
    return out;
  }
};

const std::string envelope =
    "EHLO client.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n";

TEST(SmtpServer, ReceivedStandsInFrontOfTheMessage) {
  const Site site;
  const auto heard = site.talk(envelope + "Subject: x\r\n\r\nbody\r\n.\r\nQUIT\r\n");
  EXPECT_NE(heard.find("250 2.0.0 queued as "), std::string::npos) << heard;
  const auto text = site.stored();
  EXPECT_TRUE(text.starts_with("Received: from client.test ([192.0.2.1])\n\tby mx.test with ESMTP id "))
      << text;
  EXPECT_TRUE(text.ends_with("Subject: x\n\nbody\n")) << text;
}

TEST(SmtpServer, WhatStandsBehindABareLfIsNoCommandHoweverLongTheLineIs) {
  const Site site;
  for (const std::size_t length : {10, 2048, 2049, 5000, 16'384, 50'000}) {
    const std::string longer(length, 'x');
    for (const auto& said :
         {longer + "\nHELP\r\n", "NOOP\n" + longer + "\nHELP\r\n", longer + "\n" + longer + "\r\n"}) {
      const auto heard = site.talk(said + "QUIT\r\n");
      EXPECT_NE(heard.find("\r\n500 5.5.2 "), std::string::npos) << heard;
      EXPECT_EQ(heard.find("\r\n2"), heard.find("\r\n221 ")) << length << heard;
    }
  }
  // One that is too long and ends as it should takes nothing with it.
  EXPECT_NE(site.talk(std::string(16'384, 'x') + "\r\nNOOP\r\nQUIT\r\n").find("\r\n250 2.0.0 ok"),
            std::string::npos);
}

TEST(SmtpServer, SizesAreCountedAsOnTheWire) {
  Site site;
  site.reception.server.max_size = 1030;
  const std::string line = std::string(8, 'x') + "\r\n";
  std::string body;
  for (int i = 0; i < 103; ++i) body += line;
  EXPECT_NE(site.talk(envelope + body + ".\r\n").find("250 2.0.0 queued"), std::string::npos);
  EXPECT_NE(site.talk(envelope + body + "\r\n.\r\n").find("552 5.3.4"), std::string::npos);
}

TEST(SmtpServer, ASubmissionGetsWhatItLacks) {
  Site site;
  site.reception.server.submission = site.reception.server.relay = true;
  (void)site.talk(envelope + "Subject: x\r\nBcc: c@d.test\r\n\r\nbody\r\n.\r\n");
  const auto text = site.stored();
  EXPECT_NE(text.find("\nDate: "), std::string::npos) << text;
  EXPECT_NE(text.find("@mx.test>\n\nbody\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("Bcc"), std::string::npos);
}

TEST(SmtpServer, ATextWithoutAHeaderStaysABody) {
  Site site;
  site.reception.server.submission = site.reception.server.relay = true;
  (void)site.talk(envelope + "no field: at all\r\nTo: x\r\n.\r\n");
  const auto text = site.stored();
  EXPECT_NE(text.find("\nDate: "), std::string::npos) << text;
  EXPECT_NE(text.find("@mx.test>\n\nno field: at all\nTo: x\n"), std::string::npos) << text;
}

TEST(SmtpServer, AMessageWithoutHeaderOrWithoutBodyStaysWhatItIs) {
  for (const char* body : {"", "\r\n", "Subject: x\r\n", "\r\nbody\r\n", "no header at all\r\n"}) {
    const Site site;
    EXPECT_NE(site.talk(envelope + body + ".\r\n").find("250 2.0.0 queued"), std::string::npos);
    std::string wanted = body;
    std::erase(wanted, '\r');
    EXPECT_TRUE(site.stored().ends_with("\n" + wanted)) << body;
  }
}

TEST(SmtpServer, RefusesAHeaderThatIsTooLargeHoweverItComes) {
  Site site;
  const std::string line = "X: " + std::string(900, 'x') + "\r\n";
  std::string body;
  while (body.size() < (1 << 20) + 20'000) body += line;
  EXPECT_NE(site.talk(envelope + body + "\r\nbody\r\n.\r\n").find("552 5.3.4"), std::string::npos);
  EXPECT_EQ(site.stored(), "");
}

TEST(SmtpServer, HangsUpOnAMessageThatComesTooSlowly) {
  Site site;
  site.reception.seconds = 0;
  // As slow as can be: nothing has come yet when the time is over.
  const auto heard = site.talk(envelope + "Subject: x\r\n\r\nbody\r\n.\r\n");
  EXPECT_NE(heard.find("421 4.4.2"), std::string::npos) << heard;
  EXPECT_EQ(site.stored(), "");
}

TEST(SmtpServer, ChunksThatComeTooSlowlyAreOneMessageThatDoes) {
  Site site;
  site.reception.seconds = 0;
  auto chunked = envelope;
  chunked.resize(chunked.size() - 6);
  for (const char* chunk : {"BDAT 1\r\nx", "BDAT 0\r\n", "BDAT 0 LAST\r\n"}) {
    const auto heard = site.talk(chunked + chunk);
    EXPECT_NE(heard.find("421 4.4.2"), std::string::npos) << heard;
  }
  EXPECT_EQ(site.stored(), "");
}

TEST(SmtpServer, LmtpSaysOnceThatThereIsNoRoomBeforeAMessage) {
  Site site;
  site.reception.server.lmtp = true;
  site.reception.spool += "/nowhere";
  const std::string two =
      "LHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\nRCPT TO:<bob+x@example.test>\r\n";
  const auto heard = site.talk(two + "DATA\r\nNOOP\r\n" + two + "BDAT 0 LAST\r\nNOOP\r\n");
  const auto first = heard.find("451 ");
  ASSERT_NE(first, std::string::npos) << heard;
  EXPECT_EQ(heard.substr(heard.find('\n', first) + 1, 4), "250 ") << heard;
  const auto second = heard.find("451 ", first + 1);
  EXPECT_EQ(heard.substr(heard.find('\n', second) + 1, 4), "451 ") << heard;
}

TEST(SmtpServer, OneNamedTwiceGetsOneCopy) {
  Site site;
  std::string twice = envelope;
  twice.insert(twice.find("DATA"), "RCPT TO:<\"bob\"@EXAMPLE.test>\r\nRCPT TO:<bob+x@example.test>\r\n");
  EXPECT_NE(site.talk(twice + "\r\nbody\r\n.\r\n").find("250 2.0.0 queued"), std::string::npos);
  const spool::Queue queue(site.directory.path());
  const auto message = queue.open(queue.scan().value().at(0)).value();
  ASSERT_EQ(message.envelope.recipients.size(), 2u);
  EXPECT_EQ(message.envelope.recipients[1].address, "bob+x@example.test");
}

TEST(SmtpServer, WithoutAGateNobodyLogsIn) {
  Site site;
  site.reception.server.submission = true;
  site.reception.server.login = sasl::Terms{.secret = true};
  EXPECT_NE(site.talk("EHLO c\r\nAUTH PLAIN AG4AcA==\r\nQUIT\r\n").find("454 4.7.0"), std::string::npos);
}

}  // namespace
}  // namespace smtp_server_test

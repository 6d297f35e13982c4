#include "serve/intake.hpp"

#include <gtest/gtest.h>

#include "serve/account_policy.hpp"
#include "spool/queue.hpp"
#include "talk.hpp"

namespace intake_test {
namespace {

const auth::Accounts& accounts() {
  static const auto all =
      auth::Accounts::parse("example.test\n", "ann:*:1:1::/::\nbob:*:1:1::/::\n", "users").value();
  return all;
}

/// A site with one filter, a shell script.
struct Site {
  Directory directory;
  serve::Reception reception;
  serve::FilterChain chain;

  explicit Site(const char* script)
      : chain(serve::FilterChain::start({{{"/bin/sh", "-c", script}}, 60, 1 << 20}).value()) {
    for (const char digit : std::string_view("0123456789abcdef"))
      std::filesystem::create_directories(directory.path() + "/queue/" + digit);
    reception.server.hostname = "mx.test";
    reception.spool = directory.path();
    reception.peer = {"192.0.2.1", "1"};
    reception.filters = &chain;
  }
  std::string talk(std::string_view said) const {
    const serve::AccountPolicy policy(accounts(), "bob");
    return hear(said, [&](net::Wire& wire) {
      (void)serve::receive(wire, reception, policy, [] { return base::Result<void>(); });
    });
  }
  std::vector<std::string> stored() const {
    const spool::Queue queue(directory.path());
    std::vector<std::string> out;
    for (const auto& entry : queue.scan().value())
      out.push_back(spool::Queue::read(queue.open(entry).value(), 0, 100'000).value());
    return out;
  }
};

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t out = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++out;
  return out;
}

const std::string envelope =
    "HELO client.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n";
const std::string message = "Subject: x\r\n\r\n..body\r\n.\r\nQUIT\r\n";

TEST(Intake, ANulIsRefused) {
  const Site site("cat");
  for (const auto& text : {std::string("Subject: \0\r\n\r\n.\r\nQUIT\r\n", 23),
                           std::string("Subject: x\r\n\r\na\r\n\0.\r\n.\r\nQUIT\r\n", 30)})
    EXPECT_EQ(count(site.talk(envelope + text), "550 5.6.0 a NUL in the message"), 1U);
  EXPECT_EQ(site.stored().size(), 0U);
}

/// The text behind the fields that were put in front of it.
TEST(Intake, ATextThatIsNoHeaderIsMadeNone) {
  const struct {
    std::string said, stored;
  } rows[] = {
      {"Hello,\r\nContent-Length: 5 is too little\r\n", "\nHello,\nContent-Length: 5 is too little\n"},
      {" Hello\r\n", "\n Hello\n"},
      // Nobody takes this for a header.
      {"Hello\r\n", "Hello\n"},
      {"Subject: x\r\nHello\r\n", "Subject: x\nHello\n"},
      {"From bob Sat\r\nSubject: x\r\n", "From bob Sat\nSubject: x\n"},
      {">From bob Sat\r\nSubject: x\r\n", ">From bob Sat\nSubject: x\n"},
      // Behind an empty line comes the body, so that what stands before it is a header.
      {"Hello\r\nSubject: x\r\n\r\nbody\r\n", "Hello\nSubject: x\n\nbody\n"},
      {"\r\nHello\r\n", "\nHello\n"},
      {"", ""}};
  for (const auto& row : rows) {
    const Site site("cat");
    EXPECT_EQ(count(site.talk(envelope + row.said + ".\r\nQUIT\r\n"), "250 2.0.0 queued as "), 1U);
    const auto stored = site.stored();
    ASSERT_EQ(stored.size(), 1U);
    const auto trace = stored[0].find('\n', stored[0].find(";\n\t") + 2);
    EXPECT_EQ(stored[0].substr(trace + 1), row.stored);
  }
}

TEST(Intake, AFilterSeesTheMessageAsItIsStored) {
  const Site site("sed 's/^/> /'");
  EXPECT_EQ(count(site.talk(envelope + message), "250 2.0.0 queued as "), 1U);
  const auto stored = site.stored();
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_TRUE(stored[0].starts_with("> Received: from client.test ([192.0.2.1])\n> \tby mx.test"))
      << stored[0];
  EXPECT_TRUE(stored[0].ends_with("> Subject: x\n> \n> .body\n")) << stored[0];
}

TEST(Intake, WhatAFilterSaysIsTheReply) {
  const struct {
    const char* script;
    const char* reply;
  } rows[] = {{"echo no such words >&2; exit 77", "\r\n554 5.7.1 no such words\r\n"},
              {"exit 77", "\r\n554 5.7.1 refused by a filter\r\n"},
              {"exit 75", "\r\n451 4.7.1 "},
              {"exit 0", "\r\n451 4.7.1 "},
              {"exit 1", "\r\n451 4.7.1 "}};
  for (const auto& row : rows) {
    const Site site(row.script);
    EXPECT_EQ(count(site.talk(envelope + message), row.reply), 1U) << row.script;
    EXPECT_TRUE(site.stored().empty()) << row.script;
  }
}

TEST(Intake, ByLmtpEachRecipientHearsIt) {
  Site site("echo no >&2; exit 77");
  site.reception.server.lmtp = true;
  const auto heard = site.talk(
      "LHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<ann@example.test>\r\nRCPT TO:<bob@example.test>\r\nDATA\r\n" +
      message);
  EXPECT_EQ(count(heard, "\r\n554 5.7.1 no\r\n"), 2U) << heard;
}

TEST(Intake, NoFilterIsAskedAboutWhatIsRefusedAnyway) {
  const Site site("exit 77");
  EXPECT_EQ(count(site.talk(envelope + "a\nb\r\n.\r\n"), "550 5.6.0"), 1U);
  EXPECT_EQ(count(site.talk(envelope + std::string((1 << 20) + 1, 'x') + "\r\n.\r\n"), "550 5.6.0"), 1U);
}

// Whatever a filter writes is text of one message, or the message is not taken now.
TEST(Intake, NoFilterMakesASecondMessage) {
  const struct {
    std::string written;
    bool taken;
  } rows[] = {{"\\n.\\n", true},           {"\\n.\\r\\n", true},       {"\\r\\n.\\n", true},
              {"\\r\\n.\\r\\n", true},     {"\\r.\\r", false},         {"\\r.\\n", false},
              {"\\r.\\r\\n", false},       {"\\n.\\r", false},         {"\\r\\n.\\r", false},
              {"\\r\\n\\0.\\r\\n", false}, {"\\r\\n.\\0\\r\\n", false}};
  for (const auto& row : rows) {
    const Site site(("cat; printf 'x" + row.written + "MAIL FROM:<evil@b.test>\\r\\n'").c_str());
    const auto heard = site.talk(envelope + message);
    EXPECT_EQ(count(heard, row.taken ? "\r\n250 2.0.0 queued" : "\r\n451 4.7.1 "), 1U) << row.written;
    EXPECT_EQ(count(heard, "2.1.0"), 1U) << row.written;
    const auto stored = site.stored();
    ASSERT_EQ(stored.size(), row.taken ? 1U : 0U) << row.written;
    if (!row.taken) continue;
    EXPECT_EQ(stored[0].find('\r'), std::string::npos) << row.written;
    EXPECT_TRUE(stored[0].ends_with("MAIL FROM:<evil@b.test>\n")) << row.written;
  }
}

}  // namespace
}  // namespace intake_test

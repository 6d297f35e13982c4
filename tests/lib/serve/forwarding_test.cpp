#include "serve/forwarding.hpp"

#include <gtest/gtest.h>

#include "serve/clock.hpp"
#include "spool/writer.hpp"
#include "talk.hpp"

namespace forwarding_test {
namespace {

struct Queued {
  Directory directory;
  spool::Queue queue{directory.path()};
  Queued() {
    for (const char digit : std::string_view("0123456789abcdef"))
      std::filesystem::create_directories(directory.path() + "/queue/" + digit);
    auto writer =
        spool::Writer::create(directory.path(), serve::now_microseconds(), "a@b.test", {"team@example.test"})
            .value();
    EXPECT_TRUE(writer.write("Subject: x\n\nbody\n"));
    EXPECT_TRUE(writer.commit());
  }
};

std::vector<std::string> numbered(std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back("u" + std::to_string(i) + "@far.test");
  return out;
}

TEST(Forwarding, EachRecipientOnceAThousandAMessage) {
  const Queued site;
  const auto first = site.queue.scan().value().at(0);
  const auto message = site.queue.open(first).value();
  serve::Expansion all;
  all.users = {"bob"};
  all.addresses = numbered(1500);
  all.is_alias = true;
  ASSERT_TRUE(serve::send_on(site.directory.path(), serve::AccountPolicy(), message,
                             std::vector<serve::AliasRecipient>{{"NOTIFY=SUCCESS", all}, {"", all}}));
  std::size_t recipients = 0, messages = 0;
  for (const auto& entry : site.queue.scan().value()) {
    if (entry.id == first.id) continue;
    const auto copy = site.queue.open(entry).value();
    ++messages;
    recipients += copy.envelope.recipients.size();
    EXPECT_TRUE(copy.envelope.expanded);
    EXPECT_EQ(copy.envelope.sender, "a@b.test");
    EXPECT_EQ(copy.envelope.recipients[0].parameters, "NOTIFY=NEVER");
    EXPECT_EQ(spool::Queue::read(copy, 0, 1000).value(), "Subject: x\n\nbody\n");
  }
  EXPECT_EQ(messages, 2u);
  EXPECT_EQ(recipients, 1501u);
}

TEST(Forwarding, WhoGetsItAnywayGetsNoCopyAndTheAliasIsToldOf) {
  const Queued site;
  const auto message = site.queue.open(site.queue.scan().value().at(0)).value();
  serve::Expansion one, other;
  one.addresses = {"x@far.test"};
  other.addresses = {"y@far.test"};
  one.is_alias = other.is_alias = true;
  const auto attempts =
      serve::send_on(site.directory.path(), serve::AccountPolicy(), message,
                     std::vector<serve::AliasRecipient>{{"", one}, {"", other}, {"", other}}, {"x@far.test"});
  ASSERT_TRUE(attempts);
  // Whom the sender has to be told of himself.
  EXPECT_FALSE(attempts->at(0).notify_passed_on);
  EXPECT_TRUE(attempts->at(1).notify_passed_on);
  EXPECT_FALSE(attempts->at(2).notify_passed_on);
  EXPECT_EQ(site.queue.scan().value().size(), 2u);
}

TEST(Forwarding, NobodyIsNoMessage) {
  const Queued site;
  const auto message = site.queue.open(site.queue.scan().value().at(0)).value();
  ASSERT_TRUE(serve::send_on(site.directory.path(), serve::AccountPolicy(), message, {}));
  EXPECT_EQ(site.queue.scan().value().size(), 1u);
}

/// Copies as "sender > recipients (expanded)", in any order.
std::vector<std::string> copies(const Queued& site, const std::string& first) {
  std::vector<std::string> out;
  for (const auto& entry : site.queue.scan().value()) {
    if (entry.id == first) continue;
    const auto copy = site.queue.open(entry).value();
    std::string line = copy.envelope.sender + " >";
    for (const auto& one : copy.envelope.recipients) line += " " + one.address;
    out.push_back(line + (copy.envelope.expanded ? "" : " (open)"));
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Forwarding, AListHasCopiesOfItsOwnAndOneInsideItToo) {
  const Queued site;
  const auto first = site.queue.scan().value().at(0);
  const auto message = site.queue.open(first).value();
  serve::Expansion team;
  team.list = "team";
  team.users = {"bob"};
  team.addresses = {"x@far.test"};
  team.lists = {"inner@example.test"};
  team.is_alias = true;
  const auto attempts = serve::send_on(site.directory.path(), serve::AccountPolicy(), message,
                                       std::vector<serve::AliasRecipient>{{"", team}})
                            .value();
  ASSERT_EQ(attempts.size(), 1u);
  EXPECT_EQ(attempts[0].outcome, serve::Outcome::delivered);
  const auto found = copies(site, first.id);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(found[0].ends_with("> bob x@far.test")) << found[0];
  EXPECT_TRUE(found[1].ends_with("> inner@example.test (open)")) << found[1];
  EXPECT_TRUE(found[0].starts_with("owner-team"));
}

TEST(Forwarding, OtherDomainsGetARewrittenSender) {
  const Queued site;
  const auto first = site.queue.scan().value().at(0);
  const auto message = site.queue.open(first).value();
  serve::Expansion all;
  all.users = {"bob"};
  all.addresses = {"x@far.test"};
  all.is_alias = true;
  serve::ForwardingRules rules;
  rules.srs = smtp::Srs::make({"a secret that nobody else has"}, "srs.test").value();
  const serve::AccountPolicy policy({}, "bob", {}, {}, std::move(rules));
  ASSERT_TRUE(
      serve::send_on(site.directory.path(), policy, message, std::vector<serve::AliasRecipient>{{"", all}}));
  const auto found = copies(site, first.id);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(found[0].starts_with("SRS0=") && found[0].ends_with("=b.test=a@srs.test > x@far.test"))
      << found[0];
  EXPECT_EQ(found[1], "a@b.test > bob");
}

TEST(Forwarding, ACopyHasTheTimeThatIsLeft) {
  const std::pair<const char*, const char*> rows[] = {
      {"", ""},
      {"BODY=8BITMIME", "BODY=8BITMIME"},
      {"BY=100;R", "BY=40;R"},
      {"BY=50;RT", "BY=1;RT"},
      {"BY=50;N", "BY=-10;N"},
      {"BY=50;R HOLDUNTIL=1970-01-01T00:17:20Z", "BY=30;R HOLDUNTIL=1970-01-01T00:17:20Z"}};
  for (const auto& [given, wanted] : rows) EXPECT_EQ(serve::with_time_left(given, 1000, 1060), wanted);
}

}  // namespace
}  // namespace forwarding_test

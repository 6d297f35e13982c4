#include "serve/forwarding.hpp"

#include <gtest/gtest.h>

#include "serve/clock.hpp"
#include "spool/writer.hpp"
#include "talk.hpp"

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

TEST(Forwarding, NobodyIsNoMessage) {
  const Queued site;
  const auto message = site.queue.open(site.queue.scan().value().at(0)).value();
  ASSERT_TRUE(serve::send_on(site.directory.path(), serve::AccountPolicy(), message, {}));
  EXPECT_EQ(site.queue.scan().value().size(), 1u);
}

}  // namespace

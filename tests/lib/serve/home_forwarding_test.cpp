#include "serve/home_forwarding.hpp"

#include <gtest/gtest.h>

#include "peer.hpp"

namespace home_forwarding_test {
namespace {

TEST(HomeForwarding, CopiesSayWhereTheyHaveBeen) {
  Queued queued;
  queued.message.envelope.recipients[0] = {"bob@example.test", spool::Status::todo,
                                           "NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x"};
  queued.message.envelope.parameters = "BODY=8BITMIME";
  serve::Letter letter;
  letter.recipient = "bob@example.test";
  std::vector<std::string> done;
  ASSERT_TRUE(serve::queue_forwards(
      {queued.directory.path(), nullptr, "bob@example.test"}, queued.message, letter,
      {{"p1", "carol@far.test", false}, {"p2", "dan", true}, {"p3", "eve", false}}, done));
  EXPECT_EQ(done, (std::vector<std::string>{"p1", "p3", "p2"}));
  const spool::Queue queue(queued.directory.path());
  const auto entries = queue.scan().value();
  ASSERT_EQ(entries.size(), 3u);
  std::size_t plain = 0;
  for (const auto& entry : entries) {
    const auto copy = queue.open(entry).value();
    if (copy.envelope.id == queued.message.envelope.id) continue;
    EXPECT_EQ(copy.envelope.sender, "a@b.test");
    EXPECT_EQ(copy.envelope.parameters, "BODY=8BITMIME");
    EXPECT_EQ(copy.envelope.recipients[0].parameters, "NOTIFY=FAILURE");
    EXPECT_EQ(spool::Queue::read(copy, 0, 100).value(),
              "Delivered-To: bob@example.test\nSubject: x\n\n.dot\n");
    plain += copy.envelope.expanded ? 0 : copy.envelope.recipients.size();
  }
  EXPECT_EQ(plain, 2u);
}

TEST(HomeForwarding, WhatIsNotSafeIsNotDone) {
  const Queued queued;
  serve::Letter letter;
  letter.recipient = "bob";
  std::vector<std::string> done;
  EXPECT_FALSE(serve::queue_forwards({queued.directory.path() + "/none"}, queued.message, letter,
                                     {{"p", "x", false}}, done));
  EXPECT_TRUE(done.empty());
}

}  // namespace
}  // namespace home_forwarding_test

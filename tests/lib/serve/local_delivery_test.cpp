#include "serve/local_delivery.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "fs/stream.hpp"
#include "peer.hpp"

namespace local_delivery_test {
namespace {

using serve::Outcome;

/// A user with a home: whoever has no rights where the tests run as root, else who runs them.
struct Bob {
  Directory home;
  auth::Account account = of(home.path());
  serve::LocalRecipient recipient = {"bob", account, "bob@example.test"};

  static auth::Account of(const std::string& home) {
    auth::Account out;
    out.uid = geteuid() == 0 ? 65534 : geteuid();
    out.gid = geteuid() == 0 ? 65534 : getegid();
    out.home = home;
    EXPECT_EQ(chown(home.c_str(), out.uid, out.gid), 0);
    return out;
  }
};

TEST(LocalDelivery, ExitStatusesAreJudged) {
  EXPECT_EQ(serve::judge_exit(0).outcome, Outcome::delivered);
  EXPECT_EQ(serve::judge_exit(67).status, "5.1.1");
  EXPECT_EQ(serve::judge_exit(69).outcome, Outcome::failed);
  // A disk error, a crash or a bug never bounces mail.
  for (const int status : {1, 64, 65, 70, 71, 73, 74, 75, 77, 78, 127})
    EXPECT_EQ(serve::judge_exit(status).outcome, Outcome::deferred) << status;
}

TEST(LocalDelivery, AMaildirThatIsReplacedGetsMailAgain) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody";
  const Queued queued;
  const Bob bob;
  serve::LocalDelivery local({"", "", "mx.test"});
  EXPECT_EQ(local.deliver(queued.message, bob.recipient).value().outcome, Outcome::delivered);
  std::filesystem::remove_all(bob.home.path() + "/Maildir");
  // By another process than the one that is confined to the old one.
  EXPECT_EQ(local.deliver(queued.message, bob.recipient).value().outcome, Outcome::delivered);
}

TEST(LocalDelivery, AUserWhoKillsOrStopsHisProcessGetsHisMail) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody";
  const Queued queued;
  const Bob bob;
  serve::LocalDelivery local({"", "", "mx.test"});
  for (const int number : {SIGKILL, SIGSTOP}) {
    EXPECT_EQ(local.deliver(queued.message, bob.recipient).value().outcome, Outcome::delivered);
    const pid_t agent = newest_child();
    ASSERT_EQ(kill(agent, number), 0);
    siginfo_t info = {};
    ASSERT_EQ(waitid(P_PID, static_cast<id_t>(agent), &info, WEXITED | WSTOPPED | WNOWAIT), 0);
    EXPECT_EQ(local.deliver(queued.message, bob.recipient).value().outcome, Outcome::delivered);
    EXPECT_NE(newest_child(), agent);
  }
}

TEST(LocalDelivery, WhatWasPreparedIsThereWhenItIsSettled) {
  const Queued queued;
  const Bob bob;
  serve::LocalDelivery local({"", "", "mx.test"});
  ASSERT_TRUE(local.prepare(queued.message, bob.recipient));
  const std::string inbox = bob.home.path() + "/Maildir/new";
  EXPECT_TRUE(!std::filesystem::exists(inbox) || std::filesystem::is_empty(inbox));
  local.settle();
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(inbox), {}), 1);
  EXPECT_EQ(local.deliver(queued.message, bob.recipient).value().outcome, Outcome::delivered);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(inbox), {}), 1);
  // Only that once.
  EXPECT_EQ(local.deliver(queued.message, bob.recipient).value().outcome, Outcome::delivered);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(inbox), {}), 2);
}

TEST(LocalDelivery, AShortMessageIsDeliveredAsItWasVerified) {
  const Queued queued;
  const Bob bob;
  ASSERT_EQ(ftruncate(queued.message.file.get(), 0), 0);
  serve::LocalDelivery local({"", "", "mx.test"});
  EXPECT_EQ(local.deliver(queued.message, bob.recipient).value().outcome, Outcome::delivered);
  ASSERT_TRUE(local.prepare(queued.message, bob.recipient));
  local.settle();
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(bob.home.path() + "/Maildir/new")) {
    EXPECT_TRUE(fs::read_all(file.path(), 1 << 20).value().ends_with(queued.message.text));
    ++count;
  }
  EXPECT_EQ(count, 2u);
  EXPECT_FALSE(queued.message.text.empty());
}

TEST(LocalDelivery, WhatCannotBePreparedAfterAllIsDeliveredByItself) {
  const Queued queued;
  const Bob bob;
  serve::LocalDelivery local({"", "", "mx.test"});
  std::ofstream(bob.home.path() + "/Maildir") << "no folder";
  (void)local.prepare(queued.message, bob.recipient);
  local.settle();
  std::filesystem::remove(bob.home.path() + "/Maildir");
  EXPECT_EQ(local.deliver(queued.message, bob.recipient).value().outcome, Outcome::delivered);
}

TEST(LocalDelivery, WhatAProcessHadThatDiesGoesByItself) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody";
  const Queued queued;
  const Bob bob;
  serve::LocalDelivery local({"", "", "mx.test"});
  ASSERT_TRUE(local.prepare(queued.message, bob.recipient));
  const pid_t agent = newest_child();
  ASSERT_EQ(kill(agent, SIGKILL), 0);
  local.settle();
  EXPECT_EQ(local.deliver(queued.message, bob.recipient).value().outcome, Outcome::delivered);
  EXPECT_NE(newest_child(), agent);
}

TEST(LocalDelivery, AProcessThatIsStoppedWithPreparedMailDefersIt) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody";
  const Queued queued;
  const Bob bob;
  serve::LocalDelivery local({"", "", "mx.test"});
  ASSERT_EQ(local.deliver(queued.message, bob.recipient).value().outcome, Outcome::delivered);
  ASSERT_TRUE(local.prepare(queued.message, bob.recipient));
  ASSERT_EQ(kill(newest_child(), SIGSTOP), 0);
  local.settle();
  EXPECT_EQ(local.deliver(queued.message, bob.recipient).value().outcome, Outcome::deferred);
  EXPECT_EQ(local.deliver(queued.message, bob.recipient).value().outcome, Outcome::delivered);
}

}  // namespace
}  // namespace local_delivery_test

#include "serve/user_agent.hpp"

#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>

#include "peer.hpp"

namespace {

auth::Account account_in(const std::string& home) {
  auth::Account out;
  out.uid = getuid();
  out.gid = getgid();
  out.home = home;
  return out;
}

/// Everything in the folder's new/, and who owns it.
std::vector<std::string> mail_in(const std::string& maildir) {
  std::vector<std::string> out;
  for (const auto& file : std::filesystem::directory_iterator(maildir + "/new")) {
    std::ifstream stream(file.path());
    out.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  return out;
}

TEST(UserAgent, OneProcessDeliversManyMessages) {
  const Queued queued;
  const Directory home;
  auto agent = serve::UserAgent::start("bob", account_in(home.path()), "Maildir", "mx.test").value();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(agent.deliver(queued.message, "bob@example.test").value(), 0);
  const auto mail = mail_in(home.path() + "/Maildir");
  ASSERT_EQ(mail.size(), 3u);
  EXPECT_TRUE(mail[0].starts_with("Return-Path: <a@b.test>\nDelivered-To: bob@example.test\nSubject: x\n"))
      << mail[0];
  EXPECT_EQ(mail[0], mail[1]);
}

TEST(UserAgent, SaysWhatLocalDeliverWouldSay) {
  const Queued queued;
  const Directory home;
  std::ofstream(home.path() + "/Maildir") << "no folder";
  auto agent = serve::UserAgent::start("bob", account_in(home.path()), "Maildir", "mx.test").value();
  EXPECT_NE(agent.deliver(queued.message, "bob@example.test").value(), 0);
  // It serves on.
  std::filesystem::remove(home.path() + "/Maildir");
  EXPECT_EQ(agent.deliver(queued.message, "bob@example.test").value(), 0);
}

TEST(UserAgent, IsConfinedToTheMaildirThereWas) {
  if (syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) < 2)
    GTEST_SKIP() << "this kernel's Landlock is too old";
  const Queued queued;
  const Directory home;
  auto agent = serve::UserAgent::start("bob", account_in(home.path()), "Maildir", "mx.test").value();
  ASSERT_EQ(agent.deliver(queued.message, "bob@example.test").value(), 0);
  std::filesystem::remove_all(home.path() + "/Maildir");
  EXPECT_NE(agent.deliver(queued.message, "bob@example.test").value(), 0);
}

TEST(UserAgent, OneThatIsStoppedIsNotWaitedFor) {
  const Queued queued;
  const Directory home;
  auto agent = serve::UserAgent::start("bob", account_in(home.path()), "Maildir", "mx.test").value();
  EXPECT_TRUE(agent.waits());
  const pid_t pid = newest_child();
  ASSERT_EQ(kill(pid, SIGSTOP), 0);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(agent.deliver(queued.message, "bob@example.test").error().code, base::Exit::temporary);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
  EXPECT_FALSE(agent.waits());
}

TEST(UserAgent, TheUserOwnsTheMail) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody";
  const Queued queued;
  const Directory home;
  auto account = account_in(home.path());
  account.uid = account.gid = 65534;
  ASSERT_EQ(chown(home.path().c_str(), account.uid, account.gid), 0);
  auto agent = serve::UserAgent::start("bob", account, "Maildir", "mx.test").value();
  ASSERT_EQ(agent.deliver(queued.message, "bob@example.test").value(), 0);
  const auto file = *std::filesystem::directory_iterator(home.path() + "/Maildir/new");
  struct stat info = {};
  ASSERT_EQ(stat(file.path().c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, account.uid);
}

}  // namespace

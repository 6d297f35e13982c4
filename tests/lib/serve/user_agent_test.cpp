#include "serve/user_agent.hpp"

#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>

#include "peer.hpp"
#include "posted.hpp"

namespace user_agent_test {
namespace {

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
  const Posted posted;
  auto agent = serve::UserAgent::start("bob", posted.account, {}, "mx.test").value();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(agent.deliver(posted.letter).value().exit, base::Exit::ok);
  const auto mail = mail_in(posted.home.path() + "/Maildir");
  ASSERT_EQ(mail.size(), 3u);
  EXPECT_TRUE(mail[0].starts_with("Return-Path: <a@b.test>\nDelivered-To: bob@example.test\nSubject: x\n"))
      << mail[0];
  EXPECT_EQ(mail[0], mail[1]);
}

TEST(UserAgent, SaysWhatLocalDeliverWouldSay) {
  const Posted posted;
  std::ofstream(posted.home.path() + "/Maildir") << "no folder";
  auto agent = serve::UserAgent::start("bob", posted.account, {}, "mx.test").value();
  EXPECT_NE(agent.deliver(posted.letter).value().exit, base::Exit::ok);
  // It serves on.
  std::filesystem::remove(posted.home.path() + "/Maildir");
  EXPECT_EQ(agent.deliver(posted.letter).value().exit, base::Exit::ok);
}

TEST(UserAgent, IsConfinedToTheMaildirThereWas) {
  if (syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) < 2)
    GTEST_SKIP() << "this kernel's Landlock is too old";
  const Posted posted;
  auto agent = serve::UserAgent::start("bob", posted.account, {}, "mx.test").value();
  ASSERT_EQ(agent.deliver(posted.letter).value().exit, base::Exit::ok);
  std::filesystem::remove_all(posted.home.path() + "/Maildir");
  EXPECT_NE(agent.deliver(posted.letter).value().exit, base::Exit::ok);
}

TEST(UserAgent, OneThatIsStoppedIsNotWaitedFor) {
  const Posted posted;
  auto agent = serve::UserAgent::start("bob", posted.account, {}, "mx.test").value();
  EXPECT_TRUE(agent.waits());
  const pid_t pid = newest_child();
  ASSERT_EQ(kill(pid, SIGSTOP), 0);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(agent.deliver(posted.letter).error().code, base::Exit::temporary);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
  EXPECT_FALSE(agent.waits());
}

TEST(UserAgent, TheUserOwnsTheMail) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody";
  const Posted posted;
  auto agent = serve::UserAgent::start("bob", posted.account, {}, "mx.test").value();
  ASSERT_EQ(agent.deliver(posted.letter).value().exit, base::Exit::ok);
  const auto file = *std::filesystem::directory_iterator(posted.home.path() + "/Maildir/new");
  struct stat info = {};
  ASSERT_EQ(stat(file.path().c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, posted.account.uid);
}

TEST(UserAgent, HoldsMessagesUntilTheyAreSettledTogether) {
  const Posted posted;
  auto agent = serve::UserAgent::start("bob", posted.account, {}, "mx.test").value();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(agent.hold(posted.letter));
  EXPECT_EQ(agent.deliver(posted.letter).value().exit, base::Exit::ok);
  EXPECT_EQ(mail_in(posted.home.path() + "/Maildir").size(), 1u);
  EXPECT_EQ(agent.settle().value(), (std::vector<std::optional<std::string>>(3, "")));
  EXPECT_EQ(mail_in(posted.home.path() + "/Maildir").size(), 4u);
  EXPECT_TRUE(agent.settle().value().empty());
}

TEST(UserAgent, WhatCannotBeHeldGoesByItself) {
  Posted posted;
  auto agent = serve::UserAgent::start("bob", posted.account, {}, "mx.test").value();
  EXPECT_TRUE(agent.hold(posted.letter));
  posted.letter.recipient = "loop@example.test";
  const std::string looping = "Delivered-To: loop@example.test\n\ntext\n";
  posted.letter.text = looping;
  posted.letter.length = looping.size();
  EXPECT_TRUE(agent.hold(posted.letter));
  const auto settled = agent.settle().value();
  EXPECT_EQ(settled, (std::vector<std::optional<std::string>>{"", std::nullopt}));
  EXPECT_EQ(mail_in(posted.home.path() + "/Maildir").size(), 1u);
}

TEST(UserAgent, SaysWhyWhatWasHeldHasNoPlace) {
  const Posted posted;
  auto agent = serve::UserAgent::start("bob", posted.account, {}, "mx.test").value();
  EXPECT_TRUE(agent.hold(posted.letter));
  // It has the one before when it answers.
  EXPECT_EQ(agent.deliver(posted.letter).value().exit, base::Exit::ok);
  const auto inbox = posted.home.path() + "/Maildir/new";
  std::filesystem::remove_all(inbox);
  std::ofstream(inbox) << "no folder";
  const auto settled = agent.settle().value();
  ASSERT_EQ(settled.size(), 1u);
  EXPECT_TRUE(settled[0].value().starts_with(posted.home.path())) << *settled[0];
}

TEST(UserAgent, OneThatIsSlowIsGivenAsManyAsItMayHold) {
  Posted posted;
  auto agent = serve::UserAgent::start("bob", posted.account, {}, "mx.test").value();
  auto large = posted.letter;
  large.length = 16 << 20;
  ASSERT_EQ(ftruncate(posted.file.get(), static_cast<off_t>(large.offset + large.length)), 0);
  ASSERT_TRUE(agent.hold(large));
  // The kernel counts one of this size for twice as much.
  const std::string text = "Subject: y\n\n" + std::string(8400, 'y') + "\n";
  posted.letter.text = text;
  posted.letter.length = text.size();
  for (int i = 0; i < 15; ++i) EXPECT_TRUE(agent.hold(posted.letter)) << i;
  EXPECT_EQ(agent.settle().value(), (std::vector<std::optional<std::string>>(16, "")));
}

TEST(UserAgent, AShortMessageGoesAsItsText) {
  Posted posted;
  const std::string text = "Subject: y\n\n" + std::string("a\0b\n", 4);
  posted.letter.text = text;
  posted.letter.length = text.size();
  posted.letter.file = -1;
  auto agent = serve::UserAgent::start("bob", posted.account, {}, "mx.test").value();
  EXPECT_EQ(agent.deliver(posted.letter).value().exit, base::Exit::ok);
  const auto mail = mail_in(posted.home.path() + "/Maildir");
  ASSERT_EQ(mail.size(), 1u);
  EXPECT_TRUE(mail[0].ends_with(text));
}

/// As where net.core.wmem_max is as small.
void leave_little_room(int socket) {
  const int least = 1;
  ASSERT_EQ(setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &least, sizeof least), 0);
}

TEST(UserAgent, ATextThatTheSocketHasNoRoomForGoesAsAFile) {
  Posted posted;
  const std::string text = "Subject: y\n\n" + std::string(20'000, 'y') + "\n";
  posted.letter.text = text;
  posted.letter.length = text.size();
  posted.letter.file = -1;
  const int next = dup(0);
  close(next);
  auto agent = serve::UserAgent::start("bob", posted.account, {}, "mx.test").value();
  leave_little_room(next);
  EXPECT_EQ(agent.deliver(posted.letter).value().exit, base::Exit::ok);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(agent.hold(posted.letter));
  EXPECT_EQ(agent.settle().value(), (std::vector<std::optional<std::string>>(3, "")));
  const auto mail = mail_in(posted.home.path() + "/Maildir");
  ASSERT_EQ(mail.size(), 4u);
  for (const auto& one : mail) EXPECT_TRUE(one.ends_with(text)) << one.size();
}

TEST(UserAgent, OneThatIsStoppedHoldsNobodyUp) {
  const Posted posted;
  auto agent = serve::UserAgent::start("bob", posted.account, {}, "mx.test").value();
  EXPECT_EQ(agent.deliver(posted.letter).value().exit, base::Exit::ok);
  ASSERT_EQ(kill(newest_child(), SIGSTOP), 0);
  // More than its queue takes.
  for (int i = 0; i < 2000 && agent.hold(posted.letter); ++i) continue;
  EXPECT_FALSE(agent.hold(posted.letter));
  EXPECT_FALSE(agent.settle());
}

}  // namespace
}  // namespace user_agent_test

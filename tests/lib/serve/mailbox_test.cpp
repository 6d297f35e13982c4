#include "serve/mailbox.hpp"

#include "posted.hpp"

namespace mailbox_test {
namespace {

using serve::Outcome;

std::string only_message(const Posted& posted) {
  const auto file = std::filesystem::directory_iterator(posted.home.path() + "/Maildir/new")->path();
  return fs::read_all(file, 1 << 20).value();
}

/// A message to this process's own user.
Posted own(const std::string& text = "Subject: x\n\ntext\n") {
  Posted out(text);
  EXPECT_EQ(chown(out.home.path().c_str(), geteuid(), getegid()), 0);
  return out;
}

TEST(Mailbox, TheEnvelopeStandsInFront) {
  const auto posted = own("Subject: x\n\nbody\n");
  EXPECT_EQ(serve::deliver_to_mailbox(posted.letter, {}).attempt.outcome, Outcome::delivered);
  EXPECT_EQ(only_message(posted),
            "Return-Path: <a@b.test>\nDelivered-To: bob@example.test\nSubject: x\n\nbody\n");
}

TEST(Mailbox, AMessageThatWasHereIsALoop) {
  const auto posted = own("X: y\nDelivered-To: bob@example.test\n\nbody\n");
  EXPECT_EQ(serve::deliver_to_mailbox(posted.letter, {}).attempt.status, "5.4.6");
}

TEST(Mailbox, AReadErrorLeavesNothing) {
  auto posted = own();
  posted.letter.length += 1 << 20;
  EXPECT_EQ(serve::deliver_to_maildir(posted.letter, posted.home.path() + "/Maildir", {}).error().code,
            base::Exit::data);
  EXPECT_TRUE(std::filesystem::is_empty(posted.home.path() + "/Maildir/new"));
  EXPECT_TRUE(std::filesystem::is_empty(posted.home.path() + "/Maildir/tmp"));
}

TEST(Mailbox, WhoHasInstructionsIsLeftToThem) {
  auto posted = own();
  posted.put(".qmail-default", "");
  EXPECT_FALSE(serve::deliver_to_mailbox(posted.letter, {}).has_instructions);
  posted.letter.extension = "x";
  EXPECT_TRUE(serve::deliver_to_mailbox(posted.letter, {}).has_instructions);
}

TEST(Mailbox, AQuotaIsKept) {
  const auto posted = own();
  serve::MailboxRules rules;
  rules.quota = {1000, 1};
  EXPECT_EQ(serve::deliver_to_mailbox(posted.letter, rules).attempt.outcome, Outcome::delivered);
  EXPECT_EQ(serve::deliver_to_mailbox(posted.letter, rules).attempt.status, "4.2.2");
  rules.full_fails = true;
  EXPECT_EQ(serve::deliver_to_mailbox(posted.letter, rules).attempt.status, "5.2.2");
  rules.quota = {50, 0};
  EXPECT_EQ(serve::deliver_to_mailbox(posted.letter, rules).attempt.status, "5.2.3");
}

TEST(Mailbox, ItsSizesAreThoseOfWhatIsStored) {
  const auto posted = own("Return-Path: <forged@x.test>\nContent-Length: 7\nSubject: x\n\nbody\n");
  serve::MailboxRules rules;
  rules.quota = {1000, 10};
  ASSERT_EQ(serve::deliver_to_mailbox(posted.letter, rules).attempt.outcome, Outcome::delivered);
  const std::string stored = "Return-Path: <a@b.test>\nDelivered-To: bob@example.test\nSubject: x\n\nbody\n";
  EXPECT_EQ(only_message(posted), stored);
  const auto size = std::to_string(stored.size());
  const auto name = std::filesystem::directory_iterator(posted.home.path() + "/Maildir/new")->path().string();
  EXPECT_TRUE(name.ends_with(",S=" + size + ",W=" + std::to_string(stored.size() + 5))) << name;
  EXPECT_EQ(posted.got("Maildir/maildirsize"), "1000S,10C\n0 0\n" + size + " 1\n");
}

TEST(Mailbox, AMaildirThatIsALinkIsRefused) {
  const auto posted = own();
  std::filesystem::create_directory(posted.home.path() + "/real");
  ASSERT_EQ(symlink("real", (posted.home.path() + "/Maildir").c_str()), 0);
  EXPECT_FALSE(serve::check_places(posted.home.path(), "Maildir"));
  EXPECT_EQ(serve::deliver_to_mailbox(posted.letter, {}).attempt.outcome, Outcome::deferred);
  EXPECT_TRUE(serve::check_places(posted.home.path(), "none"));
}

TEST(MailboxBatch, WaitsForTheDiskOnce) {
  const auto posted = own();
  serve::MailboxBatch batch;
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(serve::deliver_to_mailbox(posted.letter, {}, &batch).attempt.outcome, Outcome::delivered);
  EXPECT_TRUE(std::filesystem::is_empty(posted.home.path() + "/Maildir/new"));
  const auto settled = batch.settle();
  ASSERT_EQ(settled.size(), 3u);
  for (const auto& one : settled) EXPECT_TRUE(one);
  const std::filesystem::directory_iterator files(posted.home.path() + "/Maildir/new");
  EXPECT_EQ(std::distance(files, {}), 3);
  EXPECT_TRUE(batch.settle().empty());
}

TEST(MailboxBatch, WhatCannotBePutInItsPlaceIsSaidOfItAlone) {
  const auto posted = own();
  serve::MailboxBatch batch;
  for (int i = 0; i < 2; ++i)
    ASSERT_EQ(serve::deliver_to_mailbox(posted.letter, {}, &batch).exit, base::Exit::ok);
  const auto tmp = posted.home.path() + "/Maildir/tmp";
  std::filesystem::remove(std::filesystem::directory_iterator(tmp)->path());
  const auto settled = batch.settle();
  ASSERT_EQ(settled.size(), 2u);
  EXPECT_NE(settled[0].has_value(), settled[1].has_value());
  EXPECT_TRUE(std::filesystem::is_empty(tmp));
}

TEST(MailboxBatch, OneThatIsDroppedLeavesNothing) {
  const auto posted = own();
  {
    serve::MailboxBatch batch;
    ASSERT_EQ(serve::deliver_to_mailbox(posted.letter, {}, &batch).exit, base::Exit::ok);
  }
  EXPECT_TRUE(std::filesystem::is_empty(posted.home.path() + "/Maildir/new"));
  EXPECT_TRUE(std::filesystem::is_empty(posted.home.path() + "/Maildir/tmp"));
}

TEST(MailboxBatch, AQuotaOrAnotherMaildirIsNotForIt) {
  const auto posted = own();
  serve::MailboxBatch batch;
  serve::MailboxRules rules;
  rules.quota = {1000, 10};
  EXPECT_NE(serve::deliver_to_mailbox(posted.letter, rules, &batch).attempt.outcome, Outcome::delivered);
  ASSERT_TRUE(batch.add(posted.letter, posted.home.path() + "/Maildir", {}));
  EXPECT_FALSE(batch.add(posted.letter, posted.home.path() + "/Other", {}));
  EXPECT_EQ(batch.settle().size(), 1u);
}

}  // namespace
}  // namespace mailbox_test

#include "serve/imap_store.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "maildir/deliver.hpp"
#include "talk.hpp"

namespace imap_store_test {
namespace {

struct Site {
  Directory directory;
  serve::MaildirStore store{directory.path() + "/Maildir", "mx.test"};
  Site() { EXPECT_TRUE(maildir::make(directory.path() + "/Maildir")); }
  base::Result<imap::Placed> append(const std::string& name, const imap::Flags& flags,
                                    std::optional<std::uint64_t> date, std::string_view text) {
    return store.append(name, {{flags, date, text}});
  }
  std::uint32_t messages(const std::string& name) { return store.status(name, false).value().messages; }
};

TEST(ImapStore, WhatIsAppendedComesBackWithCrlf) {
  Site site;
  const std::string text = "Subject: x\r\n\r\n.dot\r\nlast without end";
  EXPECT_EQ(site.append("INBOX", {imap::seen, {"$k"}}, 837596665, text).value().uids,
            (std::vector<std::uint32_t>{1}));
  const auto inbox = site.store.open("INBOX", true).value();
  ASSERT_TRUE(inbox->refresh());
  const auto& message = *inbox->find(1);
  EXPECT_EQ(message.flags, (imap::Flags{imap::seen, {"$k"}}));
  EXPECT_EQ(message.date, 837596665u);
  EXPECT_EQ(inbox->text(1, false).value(), text);
  EXPECT_EQ(inbox->text(1, true).value(), "Subject: x\r\n\r\n");
  EXPECT_EQ(inbox->size(1).value(), text.size());
}

TEST(ImapStore, ACrAtTheEndOfAPieceKeepsItsLine) {
  Site site;
  std::string text(64 * 1024 - 1, 'x');
  text += "\r\nnext\rlone\r\n";
  ASSERT_TRUE(site.append("INBOX", {}, {}, text));
  const auto inbox = site.store.open("INBOX", true).value();
  ASSERT_TRUE(inbox->refresh());
  EXPECT_EQ(inbox->text(1, false).value(), text);
}

TEST(ImapStore, ACrInFrontOfALineEndComesBack) {
  for (const std::size_t before : {std::size_t{0}, std::size_t{64 * 1024 - 2}, std::size_t{64 * 1024 - 1}}) {
    Site site;
    const std::string text = std::string(before, 'x') + "\r\r\n\r\r\r\n\r\n\r";
    ASSERT_TRUE(site.append("INBOX", {}, {}, text));
    const auto inbox = site.store.open("INBOX", true).value();
    ASSERT_TRUE(inbox->refresh());
    EXPECT_EQ(inbox->text(1, false).value(), text);
    EXPECT_EQ(inbox->size(1).value(), text.size());
  }
}

TEST(ImapStore, RenamingInboxMovesItsMessages) {
  Site site;
  ASSERT_TRUE(site.append("INBOX", {}, {}, "A: b\r\n"));
  ASSERT_TRUE(site.store.rename("INBOX", "old"));
  EXPECT_EQ(site.messages("INBOX"), 0u);
  EXPECT_EQ(site.messages("old"), 1u);
  EXPECT_EQ(site.store.open("none", false).error().code, base::Exit::no_input);
  EXPECT_EQ(site.store.open("../x", false).error().code, base::Exit::data);
  EXPECT_EQ(site.append("none", {}, {}, "x").error().code, base::Exit::no_input);
}

TEST(ImapStore, RenamingInboxThatFailsLeavesNoMailbox) {
  Site site;
  const auto maildir = site.directory.path() + "/Maildir";
  ASSERT_TRUE(site.append("INBOX", {}, {}, "A: b\r\n"));
  // The new message needs a lock that nobody can have.
  std::ofstream(maildir + "/new/1.x") << "A: b\n";
  ASSERT_TRUE(std::filesystem::remove(maildir + "/tubepost-lock"));
  std::filesystem::create_directory(maildir + "/tubepost-lock");
  EXPECT_FALSE(site.store.rename("INBOX", "old"));
  EXPECT_EQ(site.store.list().value(), (std::vector<std::string>{"INBOX"}));
}

TEST(ImapStore, AMailboxWithoutAllItsDirectoriesCanBeOpened) {
  Site site;
  const auto maildir = site.directory.path() + "/Maildir";
  std::filesystem::create_directories(maildir + "/.a/cur");
  std::filesystem::create_directories(maildir + "/.b/new");
  std::filesystem::create_directories(maildir + "/.none");
  std::ofstream(maildir + "/.b/new/1.x") << "A: b\n";
  EXPECT_EQ(site.store.list().value(), (std::vector<std::string>{"INBOX", "a", "b"}));
  EXPECT_TRUE(site.append("a", {}, {}, "A: b\r\n"));
  EXPECT_EQ(site.messages("b"), 1u);
  EXPECT_EQ(site.store.status("none", false).error().code, base::Exit::no_input);
  EXPECT_EQ(site.store.create("b", {}).error().code, base::Exit::cannot_create);
  EXPECT_TRUE(site.store.create("none", {}));
}

TEST(ImapStore, AMailboxMadeAgainHasAnotherUidvalidity) {
  Site site;
  ASSERT_TRUE(site.store.create("a", {}));
  const auto before = site.store.status("a", false).value().validity;
  ASSERT_TRUE(site.store.remove("a"));
  ASSERT_TRUE(site.store.create("a", {}));
  EXPECT_GT(site.store.status("a", false).value().validity, before);
}

TEST(ImapStore, AMailboxWhoseIndexIsGoneIsMadeAnewAndWhoHadItSelectedIsTold) {
  Site site;
  ASSERT_TRUE(site.append("INBOX", {}, {}, "A: b\r\n"));
  const auto inbox = site.store.open("INBOX", false).value();
  ASSERT_TRUE(inbox->refresh());
  const auto before = inbox->validity();
  ASSERT_TRUE(std::filesystem::remove(site.directory.path() + "/Maildir/tubepost-index"));
  EXPECT_EQ(inbox->refresh().error().code, base::Exit::temporary);
  EXPECT_GT(site.store.status("INBOX", false).value().validity, before);
  EXPECT_EQ(inbox->refresh().error().code, base::Exit::temporary);
  EXPECT_EQ(inbox->store({1}, imap::Change::add, {imap::seen, {}}, {}).error().code, base::Exit::temporary);
  EXPECT_EQ(inbox->validity(), 0u);
}

TEST(ImapStore, AFolderInThePlaceOfTheSelectedOneIsAnother) {
  Site site;
  ASSERT_TRUE(site.store.create("a", {}));
  const auto selected = site.store.open("a", false).value();
  ASSERT_TRUE(selected->refresh());
  ASSERT_TRUE(site.store.rename("a", "b"));
  EXPECT_EQ(selected->refresh().error().code, base::Exit::temporary);
  ASSERT_TRUE(site.store.create("a", {}));
  EXPECT_EQ(selected->refresh().error().code, base::Exit::temporary);
}

TEST(ImapStore, AMailboxMayBeForSeveralThings) {
  Site site;
  ASSERT_TRUE(site.store.create("a", {"\\Archive", "\\Junk"}));
  EXPECT_EQ(site.store.uses({"a"}).value(), (std::vector<std::string>{"\\Archive \\Junk"}));
  EXPECT_EQ(site.store.create("b", {"\\Junk"}).error().code, base::Exit::protocol);
}

TEST(ImapStore, KeywordsBeyondTheLimitAreRefusedWhole) {
  Site site;
  const imap::Flags many = {0, std::vector<std::string>(65, "k")};
  EXPECT_EQ(site.append("INBOX", many, {}, "A: b\r\n").error().code, base::Exit::unavailable);
  EXPECT_EQ(site.messages("INBOX"), 0u);
  for (const char* folder : {"/Maildir/cur", "/Maildir/tmp"})
    EXPECT_TRUE(std::filesystem::is_empty(site.directory.path() + folder)) << folder;
}

// All of them are told to each client that selects the mailbox.
TEST(ImapStore, AMailboxHasSoManyKeywords) {
  Site site;
  ASSERT_TRUE(site.store.create("full", {}));
  const auto some = [](std::size_t first, std::size_t count) {
    imap::Flags out;
    for (std::size_t i = first; i < first + count; ++i)
      out.keywords.push_back("k" + std::to_string(10'000 + i));
    return out;
  };
  for (std::size_t i = 0; i < 1000; i += 50) ASSERT_TRUE(site.append("full", some(i, 50), {}, "A: b\r\n"));
  EXPECT_EQ(site.append("full", some(999, 2), {}, "A: b\r\n").error().code, base::Exit::unavailable);
  EXPECT_TRUE(site.append("full", some(950, 50), {}, "A: b\r\n"));
  ASSERT_TRUE(site.append("INBOX", some(5, 1), {}, "A: b\r\n"));
  ASSERT_TRUE(site.append("INBOX", some(1000, 1), {}, "A: b\r\n"));
  const auto inbox = site.store.open("INBOX", false).value();
  ASSERT_TRUE(inbox->refresh());
  EXPECT_TRUE(inbox->copy({1}, "full"));
  EXPECT_EQ(inbox->copy({1, 2}, "full").error().code, base::Exit::unavailable);
  EXPECT_EQ(site.messages("full"), 22u);
}

// Whoever may put files there says what stands in their names.
TEST(ImapStore, ASizeThatNoMessageHasIsNotBelieved) {
  Site site;
  const auto cur = site.directory.path() + "/Maildir/cur/";
  for (const char* size : {"18446744073709551615", "18446744073709551614", "9223372036854775808", "7"})
    std::ofstream(cur + "1.x" + size + ",W=" + size + ":2,T") << "A: b\n";
  const auto status = site.store.status("INBOX", true).value();
  EXPECT_EQ(status.size, 3 * 6u + 7u);
  EXPECT_EQ(status.deleted_storage, status.size);
  const auto inbox = site.store.open("INBOX", true).value();
  ASSERT_TRUE(inbox->refresh());
  for (const auto uid : inbox->outline().uids) EXPECT_LE(inbox->size(uid).value(), 7u);
}

TEST(ImapStore, OpeningCleansUpOnce) {
  Site site;
  const auto grave = site.directory.path() + "/Maildir/tubepost-deleted-1";
  std::filesystem::create_directories(grave + "/cur");
  ASSERT_TRUE(site.store.open("INBOX", true));
  EXPECT_TRUE(std::filesystem::exists(grave));
  ASSERT_TRUE(site.store.open("INBOX", false));
  EXPECT_FALSE(std::filesystem::exists(grave));
}

}  // namespace
}  // namespace imap_store_test

#include "maildir/folders.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <future>

#include "fs/lock.hpp"
#include "maildir/index.hpp"
#include "temporary.hpp"

namespace folders_test {
namespace {

using Names = std::vector<std::string>;
using base::Exit;

TEST(Folders, NamesThatCouldLeaveTheMailboxAreRefused) {
  for (const char* name : {"", ".", "..", "a/b", "../x", ".a", "a.", "a..b", "a\nb", "/etc"}) {
    EXPECT_FALSE(maildir::Folders::check_name(name)) << name;
  }
  EXPECT_FALSE(maildir::Folders::check_name(std::string(201, 'a')));
  EXPECT_FALSE(maildir::Folders::check_name("Entw\xfcrfe"));
  EXPECT_FALSE(maildir::Folders::check_name("inbox.low"));
  for (const char* name : {"INBOX", "INBOX.a", "inboxes", "a", "a.b.c", "Entw\xc3\xbcrfe", "a b"})
    EXPECT_TRUE(maildir::Folders::check_name(name)) << name;
}

TEST(Folders, CreateListRenameRemove) {
  const Temporary site;
  const maildir::Folders folders(site.box());
  ASSERT_TRUE(folders.create("work.old"));
  ASSERT_TRUE(folders.create("work"));
  EXPECT_EQ(folders.create("work").error().code, Exit::cannot_create);
  EXPECT_EQ(folders.create("inbox").error().code, Exit::cannot_create);
  EXPECT_EQ(folders.list().value(), (Names{"INBOX", "work", "work.old"}));
  EXPECT_EQ(folders.path("Inbox"), site.box());
  EXPECT_EQ(folders.rename("work", "work.below").error().code, Exit::data);
  EXPECT_EQ(folders.rename("none", "x").error().code, Exit::no_input);
  ASSERT_TRUE(folders.rename("work", "play"));
  EXPECT_EQ(folders.list().value(), (Names{"INBOX", "play", "play.old"}));
  ASSERT_TRUE(folders.remove("play"));
  EXPECT_EQ(folders.list().value(), (Names{"INBOX", "play.old"}));
  EXPECT_EQ(folders.remove("play").error().code, Exit::no_input);
  EXPECT_EQ(folders.remove("INBOX").error().code, Exit::data);
  EXPECT_FALSE(folders.exists("play"));
}

TEST(Folders, WhatCannotBeAskedForUnderItsNameIsNotListed) {
  const Temporary site;
  const maildir::Folders folders(site.box());
  ASSERT_TRUE(folders.create("a"));
  for (const char* name : {".inbox.low", ".Inbox", ".Entw\xfcrfe", ".INBOX.up"})
    std::filesystem::create_directories(site.box() + "/" + name + "/cur");
  std::filesystem::create_directory_symlink(site.box() + "/.a", site.box() + "/.link");
  EXPECT_EQ(folders.list().value(), (Names{"INBOX", "INBOX.up", "a"}));
  EXPECT_FALSE(folders.exists("link"));
  EXPECT_EQ(folders.create("link").error().code, Exit::cannot_create);
  EXPECT_EQ(folders.remove("link").error().code, Exit::no_input);
  EXPECT_EQ(folders.rename("a", "link").error().code, Exit::os);
}

TEST(Folders, AMaildirMayBeALink) {
  const Temporary site;
  const std::string link = site.box() + "-link";
  std::filesystem::create_directory_symlink(site.box(), link);
  EXPECT_TRUE(maildir::Folders(link).exists("INBOX"));
  EXPECT_TRUE(maildir::Folders(link).create("a"));
  EXPECT_EQ(maildir::Folders(link).list().value(), (Names{"INBOX", "a"}));
}

TEST(Folders, ARenameThatFailsHalfWayIsUndone) {
  const Temporary site;
  const maildir::Folders folders(site.box());
  ASSERT_TRUE(folders.create("work"));
  ASSERT_TRUE(folders.create("work.old"));
  std::filesystem::create_directories(site.box() + "/.play.old/in the way");
  EXPECT_FALSE(folders.rename("work", "play"));
  EXPECT_EQ(folders.list().value(), (Names{"INBOX", "work", "work.old"}));
}

/// `change` must wait for the folder's lock.
template <class Change>
void waits_for_the_lock(const std::string& path, Change change) {
  auto lock = maildir::Index(path).lock().value();
  auto done = std::async(std::launch::async, change);
  EXPECT_EQ(done.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
  EXPECT_TRUE(std::filesystem::exists(path + "/cur"));
  lock.reset();
  EXPECT_TRUE(done.get());
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(maildir::Index(path).lock().error().code, Exit::no_input);
}

TEST(Folders, RenameAndRemoveWaitForWhoIsAtWorkInTheFolder) {
  const Temporary site;
  const maildir::Folders folders(site.box());
  ASSERT_TRUE(folders.create("a"));
  waits_for_the_lock(folders.path("a"), [&] { return folders.rename("a", "b"); });
  waits_for_the_lock(folders.path("b"), [&] { return folders.remove("b"); });
}

TEST(Folders, WhatACrashLeftOfARemovedFolderGoes) {
  const Temporary site;
  const maildir::Folders folders(site.box());
  std::filesystem::create_directories(site.box() + "/tubepost-deleted-1/cur");
  ASSERT_TRUE(folders.create("tubepost-deleted-1"));
  {
    const auto busy = fs::try_lock(site.box() + "/tubepost-folders-lock", "").value();
    folders.remove_leftovers();
    EXPECT_TRUE(site.has("tubepost-deleted-1"));
  }
  folders.remove_leftovers();
  EXPECT_FALSE(site.has("tubepost-deleted-1"));
  EXPECT_TRUE(folders.exists("tubepost-deleted-1"));
}

TEST(Folders, SubscriptionsThatCouldNotBeReadAgainAreRefused) {
  const Temporary site;
  const maildir::Folders folders(site.box());
  const std::string full((4 << 20) - 2, 'x');
  std::ofstream(site.box() + "/tubepost-subscriptions") << full << "\n";
  EXPECT_EQ(folders.subscribe("b", true).error().code, Exit::unavailable);
  EXPECT_EQ(folders.subscriptions().value(), Names{full});
}

TEST(Folders, SubscriptionsAreKept) {
  const Temporary site;
  const maildir::Folders folders(site.box());
  EXPECT_EQ(folders.subscriptions().value(), Names{});
  ASSERT_TRUE(folders.subscribe("b", true));
  ASSERT_TRUE(folders.subscribe("a", true));
  ASSERT_TRUE(folders.subscribe("b", true));
  EXPECT_EQ(folders.subscriptions().value(), (Names{"a", "b"}));
  ASSERT_TRUE(folders.subscribe("a", false));
  EXPECT_EQ(folders.subscriptions().value(), Names{"b"});
}

TEST(Folders, NamesOfAnotherServerAreTakenOver) {
  const Temporary site;
  const maildir::Folders folders(site.box());
  for (const char* name : {".B&APw-cher", ".B&APw-cher.alt", ".R&-D", ".T&APw-r", ".known&AOk-"}) {
    ASSERT_TRUE(maildir::make(site.box() + "/" + name));
    if (std::string_view(name) != ".R&-D") site.put(std::string(name) + "/dovecot-uidlist", "3 V7 N9\n");
  }
  ASSERT_TRUE(folders.create("T\xc3\xbcr"));
  site.put(".known&AOk-/tubepost-index", "");
  ASSERT_TRUE(folders.take_over_names());
  EXPECT_EQ(folders.list().value(), (Names{"INBOX",
                                           "B\xc3\xbc"
                                           "cher",
                                           "B\xc3\xbc"
                                           "cher.alt",
                                           "R&-D", "T&APw-r", "T\xc3\xbcr", "known&AOk-"}));
  EXPECT_TRUE(
      site.has(".B\xc3\xbc"
               "cher/dovecot-uidlist"));
}

TEST(Folders, SubscriptionsOfAnotherServerCountUntilOneIsChanged) {
  const Temporary site;
  const maildir::Folders folders(site.box());
  site.put("courierimapsubscribed", "INBOX\nINBOX.Sent\n");
  EXPECT_EQ(folders.subscriptions().value(), (Names{"INBOX", "Sent"}));
  site.put("subscriptions", "V\t2\n\nB&APw-cher\twork\n");
  EXPECT_EQ(folders.subscriptions().value(), Names{"B\xc3\xbc"
                                                   "cher.work"});
  ASSERT_TRUE(folders.subscribe("a", true));
  EXPECT_EQ(folders.subscriptions().value(), (Names{"B\xc3\xbc"
                                                    "cher.work",
                                                    "a"}));
  site.put("tubepost-subscriptions", "");
  EXPECT_EQ(folders.subscriptions().value(), Names{});
}

TEST(Folders, NoUidvalidityComesTwice) {
  const Temporary site;
  const maildir::Folders folders(site.box());
  EXPECT_EQ(folders.new_validity(100).value(), 100u);
  EXPECT_EQ(folders.new_validity(100).value(), 101u);
  EXPECT_EQ(folders.new_validity(50).value(), 102u);
  EXPECT_EQ(folders.new_validity(200).value(), 200u);
}

TEST(Folders, UidvalidityIsNeverZeroAndEnds) {
  const Temporary site;
  const maildir::Folders folders(site.box());
  EXPECT_EQ(folders.new_validity(0).value(), 1u);
  EXPECT_EQ(folders.new_validity(std::uint64_t{1} << 32).error().code, Exit::unavailable);
  EXPECT_EQ(folders.new_validity(UINT32_MAX).value(), UINT32_MAX);
  EXPECT_EQ(folders.new_validity(5).error().code, Exit::unavailable);
}

TEST(Folders, AUidvalidityIsGivenWithAFoldersLockHeldWhileFoldersChange) {
  const Temporary site;
  const maildir::Folders folders(site.box());
  const auto changing = fs::try_lock(site.box() + "/tubepost-folders-lock", "").value();
  EXPECT_EQ(folders.new_validity(7).value(), 7u);
}

TEST(Folders, AFifoInTheMaildirIsNotWaitedFor) {
  const Temporary site;
  for (const char* name : {"tubepost-subscriptions", "tubepost-validity"})
    ASSERT_EQ(mkfifo((site.box() + "/" + name).c_str(), 0600), 0);
  const maildir::Folders folders(site.box());
  EXPECT_FALSE(folders.subscriptions());
  EXPECT_FALSE(folders.new_validity(1));
}

}  // namespace
}  // namespace folders_test

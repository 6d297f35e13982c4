#include "maildir/folders.hpp"

#include <gtest/gtest.h>

#include "temporary.hpp"

namespace {

using Names = std::vector<std::string>;
using base::Exit;

TEST(Folders, NamesThatCouldLeaveTheMailboxAreRefused) {
  for (const char* name : {"", ".", "..", "a/b", "../x", ".a", "a.", "a..b", "a\nb", "/etc"}) {
    EXPECT_FALSE(maildir::Folders::check_name(name)) << name;
  }
  EXPECT_FALSE(maildir::Folders::check_name(std::string(201, 'a')));
  for (const char* name : {"INBOX", "a", "a.b.c", "Entw\xc3\xbcrfe", "a b"})
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
  EXPECT_EQ(folders.rename("work", "work.below").error().code, Exit::not_permitted);
  EXPECT_EQ(folders.rename("none", "x").error().code, Exit::no_input);
  ASSERT_TRUE(folders.rename("work", "play"));
  EXPECT_EQ(folders.list().value(), (Names{"INBOX", "play", "play.old"}));
  ASSERT_TRUE(folders.remove("play"));
  EXPECT_EQ(folders.list().value(), (Names{"INBOX", "play.old"}));
  EXPECT_EQ(folders.remove("play").error().code, Exit::no_input);
  EXPECT_EQ(folders.remove("INBOX").error().code, Exit::not_permitted);
  EXPECT_FALSE(folders.exists("play"));
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

TEST(Folders, NoUidvalidityComesTwice) {
  const Temporary site;
  const maildir::Folders folders(site.box());
  EXPECT_EQ(folders.new_validity(100).value(), 100u);
  EXPECT_EQ(folders.new_validity(100).value(), 101u);
  EXPECT_EQ(folders.new_validity(50).value(), 102u);
  EXPECT_EQ(folders.new_validity(200).value(), 200u);
}

}  // namespace

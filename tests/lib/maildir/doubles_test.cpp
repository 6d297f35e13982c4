#include "maildir/doubles.hpp"

#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>

#include <iterator>
#include <set>
#include <thread>
#include <utility>

#include "looking.hpp"
#include "maildir/whereabouts.hpp"
#include "temporary.hpp"

namespace doubles_test {
namespace {

using maildir::Folder;
using Texts = std::multiset<std::string>;

std::uint64_t seconds() {
  return static_cast<std::uint64_t>(time(nullptr));
}

maildir::Listing listed(const Temporary& site) {
  return maildir::list(site.box(), UINT64_MAX / 2).value();
}

/// Until a change of the folder could not be of the same clock tick as the last one.
void wait_until_steady(const Temporary& site) {
  while (!maildir::list(site.box(), maildir::file_system_now()).value().steady) usleep(5000);
}

/// A file that is stamped later than `before`.
void put_later(const Temporary& site, const std::string& before, const std::string& name) {
  const auto stamped = [&](const std::string& file) {
    struct stat info = {};
    EXPECT_EQ(stat((site.box() + "/" + file).c_str(), &info), 0);
    return std::pair(info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
  };
  do {
    site.put(name, "other");
  } while (stamped(name) <= stamped(before));
}

std::string text_of(Folder& folder, std::uint32_t uid) {
  const auto file = folder.open_message(uid);
  return file ? fs::read_up_to(file->get(), 0, 100).value() : "?";
}

/// What a client would be shown.
Texts texts(Folder& folder) {
  Texts out;
  for (const auto uid : uids(folder)) out.insert(text_of(folder, uid));
  return out;
}

TEST(Doubles, WhatIsAnotherMessageIsSeen) {
  const Temporary site;
  site.put("cur/1.a,S=5:2,S", "first");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look_until(folder, [&] { return uids(folder) == Uids{1}; });
  site.put("cur/1.a,S=5:2,", "other");
  site.put("cur/1.a,S=5:2,FS", "third");
  site.put("new/1.a,S=5", "newer");
  const Texts all = {"first", "other", "third", "newer"};
  look_until(folder, [&] { return texts(folder) == all; });
  // And stays so.
  look_until(folder, [&] { return uids(folder).size() == 4; });
  EXPECT_EQ(uids(folder).size(), 4u);
  auto again = Folder::open(site.box(), validity(9)).value();
  look(again);
  EXPECT_EQ(texts(again), all);
}

TEST(Doubles, ACopyGoesAndWhatIsDeletedIsDeleted) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder);
  // As from an old backup, or by a program that copies and is about to remove the other.
  site.put("cur/1.a:2,");
  look_until(folder, [&] { return folder.state().records.size() == 1; });
  auto listing = listed(site);
  EXPECT_FALSE(maildir::part_doubles(site.box(), listing, seconds() + 200));
  EXPECT_EQ(site.count("cur"), 2u);
  EXPECT_TRUE(maildir::part_doubles(site.box(), listing, seconds() + 400));
  EXPECT_EQ(site.count("cur"), 1u);
  look_until(folder, [&] { return uids(folder) == Uids{1}; });
  EXPECT_EQ(folder.state().find(1)->flags.system, maildir::seen);
  ASSERT_TRUE(folder.change_flags({1}, [](const maildir::Flags& before) {
    return maildir::Flags{before.system | maildir::deleted, {}};
  }));
  look(folder);
  EXPECT_EQ(folder.expunge({1}).value(), Uids{1});
  look(folder);
  EXPECT_EQ(uids(folder), Uids{});
  EXPECT_EQ(site.count("cur"), 0u);
}

TEST(Doubles, HoweverManyHaveOneBaseAllAreSeen) {
  const Temporary site;
  for (int i = 11; i <= 25; ++i) site.put("cur/mail,U=" + std::to_string(i) + ":2,", std::to_string(i));
  auto folder = Folder::open(site.box(), validity(9)).value();
  look_until(folder, [&] { return texts(folder).size() == 15; });
}

// By a server that has no UIDs, too.
TEST(Doubles, WhatHasAUidStaysTheMessageThatItIs) {
  const Temporary site;
  site.put("cur/1.a:2,S", "first");
  auto folder = looked_at(site.box());
  site.put("cur/1.a:2,", "other");
  auto listing = listed(site);
  EXPECT_TRUE(maildir::part_doubles(site.box(), listing, seconds()));
  EXPECT_TRUE(site.has("cur/1.a:2,S"));
  look_until(folder, [&] { return uids(folder).size() == 2; });
  EXPECT_EQ(text_of(folder, 1), "first");
  EXPECT_EQ(text_of(folder, 2), "other");
}

void link_name(const Temporary& site, const std::string& from, const std::string& to) {
  std::filesystem::create_hard_link(site.box() + "/" + from, site.box() + "/" + to);
}

void unlink_name(const Temporary& site, const std::string& name) {
  std::filesystem::remove(site.box() + "/" + name);
}

maildir::Flags add_seen(const maildir::Flags& before) {
  return {before.system | maildir::seen, before.keywords};
}

/// While the directories never come to rest, too.
TEST(Doubles, NoStrangerTakesAUidWhereverItIs) {
  for (const std::string known : {"new/1.a", "cur/1.a:2,ST", "cur/1.a:2,S"}) {
    const Temporary site;
    site.put(known, "first");
    auto folder = Folder::open(site.box(), validity(9)).value();
    look_until(folder, [&] { return look(folder, false).empty() && uids(folder) == Uids{1}; });
    site.put("cur/1.a:2,", "other");
    for (int i = 0; i < 3; ++i) {
      site.put("tmp/x");
      std::filesystem::rename(site.box() + "/tmp/x", site.box() + "/cur/2.b:2,");
      look(folder, false);
      EXPECT_EQ(text_of(folder, 1), "first") << known;
    }
    look_until(folder, [&] { return texts(folder).contains("other"); });
    EXPECT_EQ(text_of(folder, 1), "first") << known;
    EXPECT_EQ(uids(folder).size(), 3u);
  }
}

/// By a session that has looked before another gave out the UID.
TEST(Doubles, NorDoesOneByALookFromBefore) {
  const Temporary site;
  auto folder = looked_at(site.box());
  site.put("cur/1.a:2,", "other");
  site.put("cur/1.a:2,S", "first");
  wait_until_steady(site);
  maildir::Index index(site.box());
  auto lock = index.lock().value();
  ASSERT_TRUE(index.read());
  const fs::Fd told(inotify_init1(IN_CLOEXEC));
  ASSERT_GE(inotify_add_watch(told.get(), (site.box() + "/tubepost-lock").c_str(), IN_OPEN), 0);
  std::thread session([&] { look(folder); });
  // It waits for the lock, with its look.
  char event[sizeof(inotify_event)];
  EXPECT_GT(read(told.get(), event, sizeof event), 0);
  maildir::Record first;
  first.uid = 1;
  first.modseq = 2;
  first.base = "1.a";
  first.suffix = ":2,S";
  first.flags.system = maildir::seen;
  EXPECT_TRUE(index.append(maildir::line_added(first), true));
  lock.reset();
  session.join();
  look_until(folder, [&] { return uids(folder).size() == 2; });
  EXPECT_EQ(text_of(folder, 1), "first");
}

TEST(Doubles, ANameThatIsGivenIsInNeitherDirectory) {
  const Temporary site;
  site.put("new/1.a-2", "second");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder, false);
  ASSERT_EQ(uids(folder), Uids{1});
  site.put("cur/1.a:2,", "first");
  site.put("cur/1.a:2,S", "third");
  auto listing = listed(site);
  EXPECT_EQ(maildir::part_doubles(site.box(), listing, 9, seconds()), 1u);
  EXPECT_TRUE(listed(site).doubles.empty());
  EXPECT_EQ(listed(site).files.size(), 3u);
}

TEST(Doubles, ANameThatIsAsLongAsMayBeIsCutForOneOfItsOwn) {
  const Temporary site;
  const std::string longest(255 - 4, 'a');
  site.put("cur/" + longest + ":2,S", "first");
  site.put("cur/" + longest + ":2,F", "other");
  EXPECT_EQ(maildir::part_doubles(site.box(), listed(site), 9, seconds()), 1u);
  EXPECT_EQ(listed(site).files.size(), 2u);
}

// The number to begin with is not looked for anew each time.
TEST(Doubles, ThousandsOfOneBaseAreThousandsOfMessages) {
  const Temporary site;
  for (int i = 1001; i <= 6000; ++i) site.put("cur/mail,U=" + std::to_string(i) + ":2,", std::to_string(i));
  const auto begin = clock();
  EXPECT_EQ(maildir::part_doubles(site.box(), listed(site), 9999, seconds()), 4999u);
  EXPECT_LT(clock() - begin, 5 * CLOCKS_PER_SEC);
  EXPECT_TRUE(listed(site).doubles.empty());
}

TEST(Doubles, CopiesOfAStrangerAreOneMessage) {
  const Temporary site;
  site.put("cur/1.a:2,", "first");
  site.put("cur/1.a:2,F", "other");
  site.put("new/1.a", "other");
  EXPECT_EQ(maildir::part_doubles(site.box(), listed(site), 9, seconds()), 2u);
  EXPECT_EQ(listed(site).files.size(), 2u);
  EXPECT_EQ(maildir::part_doubles(site.box(), listed(site), 9, seconds() + 400), 1u);
  EXPECT_TRUE(site.has("cur/1.a-2:2,F"));
}

// Whoever renames by a link or a copy and a removal takes away what was there first, and nothing else is
// left.
TEST(Doubles, AChangeOfFlagsInTheMiddleOfAnothersRenameLosesNothing) {
  for (const bool linked : {true, false}) {
    const Temporary site;
    site.put("cur/1.a:2,S", "text");
    // What the index knows is the new name already.
    auto folder = looked_at(site.box());
    if (linked) {
      link_name(site, "cur/1.a:2,S", "cur/1.a:2,");
    } else {
      site.put("cur/1.a:2,", "text");
    }
    unlink_name(site, "cur/1.a:2,S");
    look_until(folder, [&] { return folder.state().find(1)->suffix == ":2,"; });
    if (linked) {
      link_name(site, "cur/1.a:2,", "cur/1.a:2,S");
    } else {
      site.put("cur/1.a:2,S", "text");
    }
    ASSERT_TRUE(folder.change_flags({1}, add_seen));
    EXPECT_EQ(folder.state().find(1)->flags.system, maildir::seen);
    unlink_name(site, "cur/1.a:2,S");
    EXPECT_EQ(texts(folder), Texts{"text"});
    // The name follows when there is only one.
    look_until(folder, [&] { return site.has("cur/1.a:2,S"); });
    EXPECT_EQ(uids(folder), Uids{1});
    EXPECT_EQ(folder.state().find(1)->flags.system, maildir::seen);
  }
}

TEST(Doubles, ACopyThatIsBeingWrittenIsNoMessageYet) {
  const Temporary site;
  site.put("cur/1.a:2,S", "Subject: one\n\none\n");
  auto folder = looked_at(site.box());
  for (const char* written : {"", "Subject: one\n", "Subject: one\n\none\n"}) {
    site.put("cur/1.a:2,", written);
    const auto listing = listed(site);
    EXPECT_EQ(maildir::part_doubles(site.box(), listing, 9, seconds()), 0u);
    look(folder);
    EXPECT_EQ(uids(folder), Uids{1});
  }
  // One that ends there is another.
  site.put("cur/1.a:2,", "Subject: one\n");
  EXPECT_EQ(maildir::part_doubles(site.box(), listed(site), 9, seconds() + 400), 1u);
  look_until(folder, [&] { return uids(folder).size() == 2; });
}

TEST(Doubles, OfTwoThatAreDeletedItsOwnIsRemoved) {
  const Temporary site;
  site.put("cur/1.a:2,ST", "first");
  auto folder = looked_at(site.box());
  site.put("cur/1.a:2,FT", "other");
  EXPECT_EQ(folder.expunge({1}).value(), Uids{1});
  EXPECT_TRUE(site.has("cur/1.a:2,FT"));
  EXPECT_FALSE(site.has("cur/1.a:2,ST"));
}

TEST(Doubles, AFolderThatCannotBeChangedIsReadAllTheSame) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  auto folder = looked_at(site.box());
  link_name(site, "cur/1.a:2,S", "cur/1.a:2,");
  look_until(folder, [&] { return listed(site).steady; });
  // As one that is mounted read-only: no lock can be had.
  std::filesystem::remove(site.box() + "/tubepost-lock");
  std::filesystem::create_directory(site.box() + "/tubepost-lock");
  wait_until_steady(site);
  look(folder);
  EXPECT_EQ(uids(folder), Uids{1});
}

/// What POP3 has named stays what it is where there is no index.
TEST(Doubles, WithoutAnIndexTheOlderKeepsItsName) {
  const Temporary site;
  site.put("cur/1.a:2,S", "first");
  put_later(site, "cur/1.a:2,S", "cur/1.a:2,");
  auto listing = listed(site);
  EXPECT_TRUE(maildir::part_doubles(site.box(), listing, seconds()));
  EXPECT_TRUE(site.has("cur/1.a:2,S"));
  EXPECT_TRUE(site.has("cur/1.a-2:2,"));
}

// Who renames by a link and a removal would remove what is left of it.
TEST(Doubles, TwoNamesOfOneFileStay) {
  const Temporary site;
  site.put("cur/1.a:2,");
  std::filesystem::create_hard_link(site.box() + "/cur/1.a:2,", site.box() + "/cur/1.a:2,S");
  auto listing = maildir::list(site.box(), UINT64_MAX / 2).value();
  ASSERT_EQ(listing.doubles.size(), 1u);
  const auto now = static_cast<std::uint64_t>(time(nullptr));
  EXPECT_EQ(maildir::part_doubles(site.box(), listing, 9, now), 0u);
  EXPECT_EQ(site.count("cur"), 2u);
  // One that has gone meanwhile is none.
  std::filesystem::remove(site.box() + "/cur/1.a:2,");
  EXPECT_EQ(maildir::part_doubles(site.box(), listing, 9, now), 0u);
  EXPECT_EQ(site.count("cur"), 1u);
}

// With both, the message could not be deleted: only when all names say so is it meant.
TEST(Doubles, OfTwoNamesThatAreLeftOneGoes) {
  const Temporary site;
  site.put("cur/1.a:2,S", "text");
  std::filesystem::create_hard_link(site.box() + "/cur/1.a:2,S", site.box() + "/cur/1.a:2,ST");
  const auto listing = maildir::list(site.box(), UINT64_MAX / 2).value();
  const auto now = static_cast<std::uint64_t>(time(nullptr));
  EXPECT_EQ(maildir::part_doubles(site.box(), listing, 9, now + 200), 0u);
  // By a clock that is behind, the files are of the future.
  EXPECT_EQ(maildir::part_doubles(site.box(), listing, 9, now - 1000), 0u);
  EXPECT_EQ(maildir::part_doubles(site.box(), listing, 9, now + 400), 1u);
  EXPECT_TRUE(site.has("cur/1.a:2,S"));
  EXPECT_EQ(site.count("cur"), 1u);
}

TEST(Doubles, SoManyAtOnce) {
  const Temporary site;
  for (const char* letters : {"", "S"}) {
    for (int i = 0; i < 120; ++i)
      site.put("cur/" + std::to_string(100 + i) + ".x:2," + letters, *letters ? "one" : "other");
  }
  auto folder = Folder::open(site.box(), validity(9)).value();
  look_until(folder, [&] { return uids(folder).size() > 120; });
  EXPECT_EQ(uids(folder).size(), 220u);
  look_until(folder, [&] { return uids(folder).size() == 240; });
}

// Which programs leave that took mbsync's mark for a part of a message's name.
TEST(Doubles, TwoRowsOfOneFileBecomeOne) {
  const Temporary site;
  site.put("cur/1.a,U=7:2,S", "text");
  auto folder = looked_at(site.box());
  auto second = folder.state().records[0];
  second.uid = 2;
  maildir::Index index(site.box());
  ASSERT_TRUE(index.read());
  ASSERT_TRUE(index.append(maildir::line_added(second), true));
  site.put("cur/2.b:2,", "other");
  look(folder);
  EXPECT_EQ(uids(folder), (Uids{1, 3}));
  EXPECT_EQ(texts(folder), (Texts{"text", "other"}));
}

}  // namespace
}  // namespace doubles_test

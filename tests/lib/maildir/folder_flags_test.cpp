#include <gtest/gtest.h>
#include <time.h>

#include "looking.hpp"
#include "maildir/doubles.hpp"
#include "temporary.hpp"

namespace folder_flags_test {
namespace {

using maildir::Folder;

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

maildir::Flags add_seen(const maildir::Flags& before) {
  return {before.system | maildir::seen, before.keywords};
}

maildir::Flags make_deleted(const maildir::Flags&) {
  return {maildir::deleted, {}};
}

/// The index, so that all of it is rows.
void write_anew(const Temporary& site, Folder& folder) {
  std::ofstream(site.box() + "/tubepost-index", std::ios::app) << "torn";
  ASSERT_TRUE(folder.change_flags({1}, [](const maildir::Flags& before) {
    return maildir::Flags{before.system, {"k"}};
  }));
}

/// Makes the row of a message fail its checksum; nobody has looked at it yet.
void damage_row(const Temporary& site, const std::string& base) {
  const auto path = site.box() + "/tubepost-index";
  auto text = text_of(path);
  const auto name = text.find("cur/" + base);
  ASSERT_NE(name, std::string::npos);
  text[name + 4] ^= 1;
  std::ofstream(path) << text;
}

TEST(Folder, FlagsGoIntoIndexAndName) {
  const Temporary site;
  site.put("cur/1.a:2,P");
  auto folder = Folder::open(site.box(), validity(9)).value();
  auto other = Folder::open(site.box(), validity(9)).value();
  look(folder);
  look(other);
  const auto modseq = folder.state().modseq;
  ASSERT_TRUE(folder.change_flags({1, 7}, [](const maildir::Flags&) {
    return maildir::Flags{maildir::seen, {"$x"}};
  }));
  EXPECT_TRUE(site.has("cur/1.a:2,PS"));
  look(other);
  EXPECT_EQ(other.state().find(1)->flags, (maildir::Flags{maildir::seen, {"$x"}}));
  EXPECT_GT(other.state().find(1)->modseq, modseq);
}

TEST(Folder, ExpungeRemovesOnlyWhatIsDeleted) {
  const Temporary site;
  site.put("cur/1.a:2,T");
  site.put("cur/2.b:2,S");
  auto folder = looked_at(site.box());
  EXPECT_EQ(folder.expunge({1, 2}).value(), Uids{1});
  EXPECT_EQ(site.count("cur"), 1u);
  EXPECT_EQ(uids(folder), Uids{2});
}

TEST(Folder, OneThatAnotherProgramUndeletedIsNotRemoved) {
  const Temporary site;
  site.put("cur/1.a:2,T");
  site.put("cur/2.b:2,T");
  auto folder = looked_at(site.box());
  std::filesystem::rename(site.box() + "/cur/1.a:2,T", site.box() + "/cur/1.a:2,S");
  EXPECT_EQ(folder.expunge({1, 2}).value(), Uids{2});
  EXPECT_TRUE(site.has("cur/1.a:2,S"));
  look(folder);
  EXPECT_EQ(folder.state().find(1)->flags.system, maildir::seen);
}

TEST(Folder, ADeletedOneIsRemovedUnderItsPresentName) {
  const Temporary site;
  site.put("cur/1.a:2,T");
  auto folder = looked_at(site.box());
  std::filesystem::rename(site.box() + "/cur/1.a:2,T", site.box() + "/cur/1.a:2,ST");
  EXPECT_EQ(folder.expunge({1}).value(), Uids{1});
  EXPECT_EQ(site.count("cur"), 0u);
}

TEST(Folder, OneOfTwoNamesThatIsNotDeletedKeepsTheMessage) {
  const Temporary site;
  site.put("cur/1.a:2,T", "first");
  auto folder = looked_at(site.box());
  site.put("cur/1.a:2,S", "second");
  EXPECT_EQ(folder.expunge({1}).value(), Uids{});
  EXPECT_EQ(site.count("cur"), 2u);
  look_until(folder, [&] { return uids(folder) == Uids{1, 2}; });
  // They are two messages, and the one that has a UID keeps it.
  EXPECT_EQ(text_of(site.box() + "/cur/1.a:2,T"), "first");
  EXPECT_EQ(text_of(site.box() + "/cur/1.a-2:2,S"), "second");
  EXPECT_EQ(folder.state().find(1)->flags.system, maildir::deleted);
  EXPECT_EQ(folder.expunge({1}).value(), Uids{1});
}

// Nor does a change of flags write one over the other.
TEST(Folder, WhatIsInTheWayOfAFlagIsAnotherMessage) {
  const Temporary site;
  site.put("cur/1.a:2,", "first");
  auto folder = looked_at(site.box());
  site.put("cur/1.a:2,T", "second");
  ASSERT_TRUE(folder.change_flags({1}, make_deleted));
  EXPECT_EQ(text_of(site.box() + "/cur/1.a:2,T"), "first");
  EXPECT_EQ(text_of(site.box() + "/cur/1.a-2:2,T"), "second");
  look_until(folder, [&] { return uids(folder) == Uids{1, 2}; });
}

TEST(Folder, AThirdOfOneNameHidesNoOther) {
  const Temporary site;
  site.put("cur/1.a-2:2,F", "second");
  site.put("cur/1.a:2,", "first");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look_until(folder, [&] { return uids(folder) == Uids{1, 2}; });
  const auto first = folder.state().find(1)->base == "1.a" ? 1u : 2u;
  site.put("cur/1.a:2,S", "third");
  ASSERT_TRUE(folder.change_flags({first}, add_seen));
  EXPECT_EQ(text_of(site.box() + "/cur/1.a:2,S"), "first");
  EXPECT_EQ(text_of(site.box() + "/cur/1.a-3:2,S"), "third");
  look_until(folder, [&] { return uids(folder) == Uids{1, 2, 3}; });
}

TEST(Folder, TwoNamesOfOneMessageBecomeOne) {
  for (const bool linked : {true, false}) {
    const Temporary site;
    site.put("cur/1.a,S=14:2,");
    auto folder = looked_at(site.box());
    // As a copy leaves them that removes nothing.
    if (linked) {
      std::filesystem::create_hard_link(site.box() + "/cur/1.a,S=14:2,", site.box() + "/cur/1.a,S=14:2,S");
    } else {
      site.put("cur/1.a,S=14:2,S");
    }
    ASSERT_TRUE(folder.change_flags({1}, add_seen));
    EXPECT_EQ(site.count("cur"), 2u);
    const maildir::Seen first = {"1.a,S=14", ":2,", false}, second = {"1.a,S=14", ":2,S", false};
    const auto now = static_cast<std::uint64_t>(time(nullptr));
    EXPECT_FALSE(maildir::make_room(site.box(), first, second, now + 200).value());
    EXPECT_TRUE(maildir::make_room(site.box(), first, second, now + 400).value());
    EXPECT_EQ(site.count("cur"), 1u);
    look_until(folder, [&] { return site.has("cur/1.a,S=14:2,S"); });
    ASSERT_TRUE(folder.change_flags({1}, make_deleted));
    EXPECT_EQ(folder.expunge({1}).value(), Uids{1});
    look(folder);
    EXPECT_EQ(uids(folder), Uids{});
  }
}

TEST(Folder, OneThatIsInTheWayKeepsTheSizeInItsName) {
  const Temporary site;
  site.put("cur/1.a,S=5:2,", "first");
  auto folder = looked_at(site.box());
  site.put("cur/1.a,S=5:2,S", "other");
  site.put("cur/1.a-2,S=5:2,S", "third");
  ASSERT_TRUE(folder.change_flags({1}, add_seen));
  EXPECT_EQ(text_of(site.box() + "/cur/1.a,S=5:2,S"), "first");
  EXPECT_EQ(text_of(site.box() + "/cur/1.a-3,S=5:2,S"), "other");
  EXPECT_EQ(site.count("cur"), 3u);
}

TEST(Folder, OneThatIsNotFoundIsNotWrittenOffByExpunge) {
  const Temporary site;
  site.put("cur/1.a:2,T");
  site.put("cur/2.b:2,");
  auto folder = looked_at(site.box());
  std::filesystem::rename(site.box() + "/cur/1.a:2,T", site.box() + "/tmp/x");
  EXPECT_EQ(folder.expunge({1}).value(), Uids{});
  std::filesystem::rename(site.box() + "/tmp/x", site.box() + "/cur/1.a:2,T");
  look(folder);
  EXPECT_EQ(uids(folder), (Uids{1, 2}));
}

TEST(Folder, AFlagThatCannotBeSetIsAnErrorAndStopsNoOther) {
  const Temporary site;
  site.put("cur/1.a:2,");
  site.put("cur/2.b:2,");
  auto folder = looked_at(site.box());
  std::filesystem::create_directory(site.box() + "/cur/1.a:2,T");
  EXPECT_FALSE(folder.change_flags({1, 2}, make_deleted));
  EXPECT_TRUE(site.has("cur/1.a:2,"));
  EXPECT_TRUE(site.has("cur/2.b:2,T"));
  auto again = Folder::open(site.box(), validity(9)).value();
  EXPECT_EQ(again.state().find(1)->flags.system, 0u);
  EXPECT_EQ(again.state().find(2)->flags.system, maildir::deleted);
}

TEST(Folder, FlagsOfOneThatIsGoneAreLeftOut) {
  const Temporary site;
  for (const char* name : {"1.a", "2.b", "3.c"}) site.put("cur/" + std::string(name) + ":2,");
  auto folder = looked_at(site.box());
  std::filesystem::remove(site.box() + "/cur/2.b:2,");
  std::filesystem::rename(site.box() + "/cur/3.c:2,", site.box() + "/cur/3.c:2,F");
  ASSERT_TRUE(folder.change_flags({1, 2, 3}, [](const maildir::Flags& before) {
    return maildir::Flags{before.system | maildir::seen, {}};
  }));
  EXPECT_TRUE(site.has("cur/1.a:2,S"));
  EXPECT_TRUE(site.has("cur/3.c:2,S"));
}

TEST(Folder, TooManyKeywordsChangeNothing) {
  const Temporary site;
  site.put("cur/1.a:2,");
  auto folder = looked_at(site.box());
  const auto done = folder.change_flags({1}, [](const maildir::Flags&) {
    return maildir::Flags{maildir::seen, std::vector<std::string>(65, "k")};
  });
  EXPECT_EQ(done.error().code, base::Exit::unavailable);
  EXPECT_TRUE(site.has("cur/1.a:2,"));
}

/// So many that their names follow later, and so few that they follow at once.
TEST(Folder, ADamagedRowSpoilsNoOther) {
  for (const std::uint32_t many : {70u, 10u}) {
    const Temporary site;
    for (std::uint32_t i = 0; i < many; ++i) site.put("cur/" + std::to_string(100 + i) + ".x:2,");
    Uids all;
    {
      auto folder = Folder::open(site.box(), validity(9)).value();
      look(folder);
      all = uids(folder);
      write_anew(site, folder);
    }
    damage_row(site, "102.x");
    auto folder = Folder::open(site.box(), validity(9)).value();
    std::vector<std::uint32_t> asked;
    ASSERT_TRUE(folder.change_flags(all, [&](const maildir::Entry& entry, const maildir::Flags& before) {
      asked.push_back(entry.uid);
      return add_seen(before);
    }));
    EXPECT_EQ(asked.size(), many - 1);
    auto again = Folder::open(site.box(), validity(9)).value();
    EXPECT_EQ(again.state().damaged, 0u);
    for (const auto uid : all) {
      const auto* record = again.state().find(uid);
      ASSERT_EQ(record != nullptr, uid != 3) << uid;
      EXPECT_EQ(record == nullptr ? unsigned{maildir::seen} : record->flags.system, maildir::seen) << uid;
    }
  }
}

}  // namespace
}  // namespace folder_flags_test

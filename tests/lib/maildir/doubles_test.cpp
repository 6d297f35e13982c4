#include "maildir/doubles.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include <iterator>
#include <set>

#include "looking.hpp"
#include "temporary.hpp"

namespace {

using maildir::Folder;
using Texts = std::multiset<std::string>;

std::uint64_t seconds() {
  return static_cast<std::uint64_t>(time(nullptr));
}

maildir::Listing listed(const Temporary& site) {
  return maildir::list(site.box(), UINT64_MAX / 2).value();
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
  for (int i = 1; i <= 15; ++i) site.put("cur/mail,U=" + std::to_string(i) + ":2,", std::to_string(i));
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
  EXPECT_EQ(maildir::part_doubles(site.box(), listing, 9, now + 400), 1u);
  EXPECT_TRUE(site.has("cur/1.a:2,S"));
  EXPECT_EQ(site.count("cur"), 1u);
}

TEST(Doubles, SoManyAtOnce) {
  const Temporary site;
  for (const char* letters : {"", "S"}) {
    for (int i = 0; i < 120; ++i) site.put("cur/" + std::to_string(100 + i) + ".x:2," + letters, letters);
  }
  auto folder = Folder::open(site.box(), validity(9)).value();
  look_until(folder, [&] { return uids(folder).size() > 120; });
  EXPECT_EQ(uids(folder).size(), 220u);
  look_until(folder, [&] { return uids(folder).size() == 240; });
}

}  // namespace

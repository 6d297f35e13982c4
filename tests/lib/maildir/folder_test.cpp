#include "maildir/folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>

#include "looking.hpp"
#include "temporary.hpp"

namespace folder_test {
namespace {

using maildir::Folder;
TEST(Folder, GivesUidsInOrderAndClaimsWhatIsNew) {
  const Temporary site;
  site.put("new/2.b");
  site.put("new/1.a");
  site.put("cur/3.c:2,S");
  auto folder = Folder::open(site.box(), validity(9)).value();
  EXPECT_EQ(look(folder), (Uids{1, 2}));
  EXPECT_EQ(uids(folder), (Uids{1, 2, 3}));
  EXPECT_EQ(folder.state().find(3)->flags.system, maildir::seen);
  EXPECT_TRUE(site.has("cur/1.a:2,"));
  EXPECT_EQ(look(folder), Uids{});
  site.put("new/4.d");
  EXPECT_EQ(look(folder, false), Uids{});
  EXPECT_TRUE(site.has("new/4.d"));
  EXPECT_EQ(uids(folder), (Uids{1, 2, 3, 4}));
  EXPECT_TRUE(folder.state().find(4)->in_new);
  auto again = Folder::open(site.box(), validity(10)).value();
  EXPECT_EQ(again.state().validity, 9u);
  EXPECT_EQ(uids(again), (Uids{1, 2, 3, 4}));
}

TEST(Folder, ClaimsWhatAnotherSessionHasTakenInAndLeftInNew) {
  const Temporary site;
  // So long at rest that one look is enough.
  const auto rest_since = [&](int hours) {
    const auto then = std::filesystem::file_time_type::clock::now() - std::chrono::hours(hours);
    for (const char* name : {"/cur", "/new"}) std::filesystem::last_write_time(site.box() + name, then);
  };
  site.put("new/1.a");
  rest_since(2);
  auto reading = Folder::open(site.box(), validity(9)).value();
  EXPECT_EQ(look(reading, false), Uids());
  auto folder = Folder::open(site.box(), validity(9)).value();
  EXPECT_EQ(look(folder), Uids{1});
  EXPECT_TRUE(site.has("cur/1.a:2,"));
  // What is taken in while a session has the folder open, too.
  site.put("new/2.b");
  rest_since(1);
  EXPECT_EQ(look(reading, false), Uids());
  EXPECT_EQ(uids(reading).size(), 2u);
  EXPECT_EQ(look(folder), Uids{2});
  EXPECT_TRUE(site.has("cur/2.b:2,"));
}

TEST(Folder, TakesOverFlagsThatAnotherProgramSet) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder);
  std::filesystem::rename(site.box() + "/cur/1.a:2,S", site.box() + "/cur/1.a:2,FR");
  EXPECT_TRUE(folder.open_message(1));
  look(folder);
  EXPECT_EQ(folder.state().find(1)->flags.system, maildir::flagged | maildir::answered);
  EXPECT_EQ(uids(folder), Uids{1});
}

// Synchronising a Maildir that a session has open.
TEST(Folder, WhatMbsyncMarksStaysTheMessageThatItIs) {
  const Temporary site;
  site.put("cur/1.a:2,");
  auto folder = looked_at(site.box());
  ASSERT_TRUE(folder.change_flags({1}, [](const maildir::Flags&) {
    return maildir::Flags{maildir::seen, {"k"}};
  }));
  std::filesystem::rename(site.box() + "/cur/1.a:2,S", site.box() + "/cur/1.a,U=7:2,FS");
  site.put("new/2.b,U=8");
  look_until(folder, [&] { return uids(folder).size() == 2; });
  EXPECT_EQ(uids(folder), (Uids{1, 2}));
  EXPECT_EQ(folder.state().find(1)->flags, (maildir::Flags{maildir::seen | maildir::flagged, {"k"}}));
  EXPECT_TRUE(site.has("cur/2.b,U=8:2,"));
  ASSERT_TRUE(folder.change_flags({1, 2}, [](const maildir::Flags& before) {
    return maildir::Flags{maildir::answered, before.keywords};
  }));
  EXPECT_TRUE(site.has("cur/1.a,U=7:2,R"));
  EXPECT_TRUE(site.has("cur/2.b,U=8:2,R"));
  auto again = looked_at(site.box());
  EXPECT_EQ(uids(again), (Uids{1, 2}));
  EXPECT_TRUE(again.open_message(1));
  ASSERT_TRUE(again.change_flags({1}, [](const maildir::Flags&) {
    return maildir::Flags{maildir::deleted, {}};
  }));
  EXPECT_EQ(again.expunge({1}).value(), Uids{1});
  EXPECT_EQ(site.count("cur"), 1u);
}

TEST(Folder, AMessageInWhosePlaceAFifoCameIsNotWaitedFor) {
  const Temporary site;
  site.put("cur/1.a:2,");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder);
  std::filesystem::remove(site.box() + "/cur/1.a:2,");
  ASSERT_EQ(mkfifo((site.box() + "/cur/1.a:2,").c_str(), 0600), 0);
  EXPECT_EQ(folder.open_message(1).error().code, base::Exit::data);
}

/// Of two messages that it knows the second is removed.
Folder with_one_removed(const Temporary& site) {
  site.put("cur/1.a:2,");
  site.put("cur/2.b:2,");
  auto out = looked_at(site.box());
  std::filesystem::remove(site.box() + "/cur/2.b:2,");
  return out;
}

TEST(Folder, ARemovedFileIsExpungedAndItsUidNotUsedAgain) {
  const Temporary site;
  auto folder = with_one_removed(site);
  look_until(folder, [&] { return uids(folder) == Uids{1}; });
  site.put("cur/3.c:2,");
  look(folder);
  EXPECT_EQ(uids(folder), (Uids{1, 3}));
}

TEST(Folder, WhatIsRemovedFromADirectoryOfTheFutureIsGoneToo) {
  const Temporary site;
  auto folder = with_one_removed(site);
  const auto cur = site.box() + "/cur";
  std::filesystem::last_write_time(cur, std::filesystem::last_write_time(cur) + std::chrono::hours(1));
  look_until(folder, [&] { return uids(folder) == Uids{1}; });
  // So does what is asked for before a look.
  EXPECT_TRUE(folder.open_message(1));
  std::filesystem::remove(site.box() + "/cur/1.a:2,");
  std::filesystem::last_write_time(cur, std::filesystem::last_write_time(cur) + std::chrono::hours(1));
  EXPECT_EQ(folder.open_message(1).error().code, base::Exit::no_input);
}

TEST(Folder, AnIndexThatIsGoneIsMadeAnew) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder);
  std::filesystem::remove(site.box() + "/tubepost-index");
  auto again = Folder::open(site.box(), validity(10)).value();
  look(again);
  EXPECT_EQ(again.state().validity, 10u);
  EXPECT_EQ(uids(again), Uids{1});
}

TEST(Folder, SizesComeFromTheNameOrAreNoted) {
  const Temporary site;
  site.put("cur/1.a,S=15,W=17:2,");
  site.put("cur/2.b:2,");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder);
  EXPECT_EQ(folder.state().find(1)->size, 17u);
  EXPECT_FALSE(folder.state().find(2)->size);
  folder.note_size(2, 33);
  EXPECT_EQ(folder.size(folder.rows().at(1)), 33u);
  ASSERT_TRUE(folder.tidy());
  auto again = Folder::open(site.box(), validity(9)).value();
  EXPECT_EQ(again.state().find(2)->size, 33u);
}

TEST(Folder, AUidvalidityIsAskedForOnlyWhenAnIndexIsMade) {
  const Temporary site;
  int asked = 0;
  const maildir::NewValidity ask = [&]() -> base::Result<std::uint32_t> { return 40 + ++asked; };
  EXPECT_EQ(Folder::open(site.box(), ask).value().state().validity, 41u);
  EXPECT_EQ(Folder::open(site.box(), ask).value().state().validity, 41u);
  EXPECT_EQ(asked, 1);
  std::filesystem::remove(site.box() + "/tubepost-index");
  EXPECT_EQ(Folder::open(site.box(), ask).value().state().validity, 42u);
  std::filesystem::remove(site.box() + "/tubepost-index");
  EXPECT_FALSE(Folder::open(site.box(), validity(0)));
}

TEST(Folder, OneThatWasRebuiltOrReplacedIsNotWorkedOn) {
  const Temporary site;
  site.put("cur/1.a:2,T");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder);
  std::filesystem::remove(site.box() + "/tubepost-index");
  for (int round = 0; round < 2; ++round) {
    Uids claimed;
    EXPECT_EQ(folder.refresh(true, true, claimed).error().code, base::Exit::temporary);
    EXPECT_TRUE(folder.is_replaced());
    EXPECT_EQ(folder.expunge({1}).error().code, base::Exit::temporary);
    EXPECT_EQ(folder.change_flags({1}, [](const maildir::Flags&) { return maildir::Flags{}; }).error().code,
              base::Exit::temporary);
    site.put("tmp/t");
    EXPECT_EQ(folder.adopt(site.box() + "/tmp/t", "1.t", {}, 0, 1).error().code, base::Exit::temporary);
    EXPECT_EQ(folder.state().validity, 9u);
    auto other = Folder::open(site.box(), validity(10)).value();
    EXPECT_EQ(look(other), Uids{});
    EXPECT_EQ(uids(other), Uids{1});
  }
}

TEST(Folder, TheLongestNameHasAUid) {
  const Temporary site;
  const std::string name(250, ' ');
  site.put("cur/" + name + ":2,S");
  site.put("cur/1.a:2,");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder);
  auto again = Folder::open(site.box(), validity(9)).value();
  EXPECT_EQ(uids(again), (Uids{1, 2}));
  EXPECT_EQ(again.state().find(1)->base, name);
}

TEST(Folder, WhatAFullDiskKeptFromTheIndexIsFoundByTheNextLook) {
  const Temporary site;
  auto folder = Folder::open(site.box(), validity(9)).value();
  site.put("cur/1.a:2,");
  for (const char* directory : {"/cur", "/new"}) {
    const auto place = site.box() + directory;
    std::filesystem::last_write_time(place, std::filesystem::last_write_time(place) - std::chrono::hours(1));
  }
  Uids claimed;
  {
    const FullDisk disk(std::filesystem::file_size(site.box() + "/tubepost-index") + 5);
    EXPECT_FALSE(folder.refresh(true, true, claimed));
  }
  EXPECT_TRUE(folder.refresh(true, false, claimed));
  EXPECT_EQ(uids(folder), Uids{1});
}

}  // namespace
}  // namespace folder_test

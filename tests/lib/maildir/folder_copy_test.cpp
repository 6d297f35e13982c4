#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <thread>

#include "looking.hpp"
#include "temporary.hpp"

namespace folder_copy_test {
namespace {

using maildir::Folder;

TEST(Folder, AdoptsACompleteFile) {
  const Temporary site;
  auto folder = Folder::open(site.box(), validity(9)).value();
  site.put("tmp/t");
  EXPECT_EQ(folder.adopt(site.box() + "/tmp/t", "1.t", {maildir::seen, {"$k"}}, 1'000'000, 15).value(), 1u);
  EXPECT_TRUE(site.has("cur/1.t:2,S"));
  look(folder);
  EXPECT_EQ(uids(folder), Uids{1});
  EXPECT_EQ(folder.state().find(1)->date, 1'000'000u);
  auto again = Folder::open(site.box(), validity(1)).value();
  EXPECT_EQ(again.state().find(1)->flags, (maildir::Flags{maildir::seen, {"$k"}}));
}

TEST(Folder, CopiesKeepFlagsAndDates) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  site.put("cur/2.b:2,");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder);
  ASSERT_TRUE(maildir::make(site.box() + "/.x"));
  auto target = Folder::open(site.box() + "/.x", validity(10)).value();
  int number = 0;
  EXPECT_EQ(folder.copy({1, 2}, target, [&] { return "n" + std::to_string(++number); }).value(),
            (Uids{1, 2}));
  EXPECT_TRUE(site.has(".x/cur/n1:2,S"));
  EXPECT_EQ(target.state().find(1)->flags.system, maildir::seen);
  EXPECT_EQ(target.state().find(1)->date, folder.state().find(1)->date);
  number = 0;
  EXPECT_FALSE(folder.copy({1, 2}, target, [&] { return ++number == 1 ? "fresh" : "n2"; }));
  EXPECT_FALSE(site.has(".x/cur/fresh:2,S"));
}

/// Who claims what is there now.
Uids claim(Folder& folder) {
  std::vector<std::uint32_t> out;
  EXPECT_TRUE(folder.refresh(true, false, out));
  std::sort(out.begin(), out.end());
  return out;
}

std::size_t unclaimed(const Folder& folder) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < folder.rows().size(); ++i)
    out += folder.is_unclaimed(folder.rows().uid(i), folder.rows().place(i)) ? 1 : 0;
  return out;
}

// RFC 3501 section 6.3.11: what is appended is recent, whatever its flags; to one session alone.
TEST(Folder, OneLookClaimsWhatSessionsHavePutThere) {
  const Temporary site;
  site.put("cur/1.a:2,");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder, false);
  EXPECT_EQ(unclaimed(folder), 0u);
  EXPECT_EQ(claim(folder), Uids{});
  site.put("tmp/t");
  EXPECT_EQ(folder.adopt(site.box() + "/tmp/t", "2.t", {maildir::seen, {}}, 1, 15).value(), 2u);
  site.put("tmp/u");
  EXPECT_EQ(folder.adopt(site.box() + "/tmp/u", "3.u", {}, 1, 15).value(), 3u);
  look(folder, false);
  EXPECT_EQ(unclaimed(folder), 2u);
  auto other = Folder::open(site.box(), validity(1)).value();
  look(other, false);
  EXPECT_EQ(unclaimed(other), 2u);
  EXPECT_EQ(claim(other), (Uids{2, 3}));
  EXPECT_EQ(claim(other), Uids{});
  EXPECT_EQ(claim(folder), Uids{});
  EXPECT_EQ(unclaimed(folder), 0u);
  site.put("tmp/v");
  EXPECT_EQ(folder.adopt(site.box() + "/tmp/v", "4.v", {}, 1, 15).value(), 4u);
  EXPECT_EQ(claim(folder), Uids{4});
}

TEST(Folder, CopiesAreClaimedByOneLook) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder, false);
  ASSERT_TRUE(maildir::make(site.box() + "/.x"));
  auto target = Folder::open(site.box() + "/.x", validity(10)).value();
  EXPECT_EQ(folder.copy({1}, target, [] { return "n1"; }).value(), Uids{1});
  site.put(".x/new/2.b");
  look(target, false);
  EXPECT_EQ(unclaimed(target), 2u);
  EXPECT_EQ(claim(target), (Uids{1, 2}));
  EXPECT_EQ(unclaimed(target), 0u);
}

TEST(Folder, WhatCannotLeaveNewIsNotClaimedWithWhatSessionsHavePutThere) {
  const Temporary site;
  auto folder = looked_at(site.box());
  site.put("tmp/t");
  EXPECT_TRUE(folder.adopt(site.box() + "/tmp/t", "1.t", {}, 1, 15));
  site.put("new/2.b");
  look(folder, false);
  EXPECT_EQ(unclaimed(folder), 2u);
  // Its name is taken.
  std::filesystem::create_directory(site.box() + "/cur/2.b:2,");
  EXPECT_EQ(claim(folder), Uids{1});
  EXPECT_EQ(unclaimed(folder), 1u);
  std::filesystem::remove(site.box() + "/cur/2.b:2,");
  Uids later;
  for (int i = 0; i < 1000 && later.empty(); ++i) {
    usleep(5000);
    later = look(folder);
  }
  EXPECT_EQ(later, Uids{2});
}

// What a look finds in new/ behind the UID of an appended message, and what one that does not claim left
// there.
TEST(Concurrency, NoMessageIsClaimedByTwoLooks) {
  const Temporary site;
  constexpr int rounds = 150, each = 4;
  std::atomic<bool> over = false;
  std::vector<Uids> claimed(4);
  std::vector<std::thread> threads;
  for (auto& mine : claimed) {
    threads.emplace_back([&] {
      auto folder = maildir::Folder::open(site.box(), validity(9)).value();
      while (!over) EXPECT_TRUE(folder.refresh(true, false, mine));
    });
  }
  threads.emplace_back([&] {
    auto folder = maildir::Folder::open(site.box(), validity(9)).value();
    while (!over) look(folder, false);
  });
  auto writer = maildir::Folder::open(site.box(), validity(9)).value();
  for (int i = 0; i < rounds; ++i) {
    const auto name = std::to_string(i);
    site.put("tmp/t");
    EXPECT_TRUE(writer.adopt(site.box() + "/tmp/t", name + ".t", {}, 1, 15));
    for (int j = 1; j < each; ++j) {
      site.put("tmp/u");
      std::filesystem::rename(site.box() + "/tmp/u", site.box() + "/new/" + name + "." + std::to_string(j));
    }
  }
  over = true;
  for (auto& thread : threads) thread.join();
  std::map<std::uint32_t, int> times;
  auto last = maildir::Folder::open(site.box(), validity(9)).value();
  look_until(last, [&] { return last.rows().size() == each * rounds; });
  for (const auto& one : claimed) {
    for (const auto uid : Uids(one)) ++times[uid];
  }
  for (const auto& [uid, count] : times) EXPECT_EQ(count, 1) << uid;
}

TEST(Folder, ALookThatNeedsNoLockDoesNotWaitForItToClaim) {
  const Temporary site;
  auto folder = looked_at(site.box());
  site.put("tmp/t");
  EXPECT_TRUE(folder.adopt(site.box() + "/tmp/t", "1.t", {}, 1, 15));
  const auto known = [&] { return folder.state().stamp == maildir::stamp_of(site.box()).value(); };
  for (int i = 0; i < 1000 && !known(); ++i) {
    usleep(5000);
    look(folder, false);
  }
  ASSERT_TRUE(known());
  {
    const auto held = maildir::Index(site.box()).lock().value();
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(claim(folder), Uids{});
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
  }
  EXPECT_EQ(claim(folder), Uids{1});
}

TEST(Folder, AFullDiskLeavesNothingOfAnAppend) {
  const Temporary site;
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder);
  site.put("tmp/t");
  {
    const FullDisk disk(std::filesystem::file_size(site.box() + "/tubepost-index") + 5);
    EXPECT_FALSE(folder.adopt(site.box() + "/tmp/t", "1.t", {}, 1, 15));
  }
  EXPECT_EQ(site.count("cur"), 0u);
  look(folder);
  EXPECT_EQ(uids(folder), Uids{});
}

TEST(Folder, AFullDiskLeavesNothingOfACopy) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  site.put("cur/2.b:2,");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder);
  ASSERT_TRUE(maildir::make(site.box() + "/.x"));
  auto target = Folder::open(site.box() + "/.x", validity(10)).value();
  int number = 0;
  {
    const FullDisk disk(std::filesystem::file_size(site.box() + "/.x/tubepost-index") + 60);
    EXPECT_FALSE(folder.copy({1, 2}, target, [&] { return "n" + std::to_string(++number); }));
  }
  EXPECT_EQ(site.count(".x/cur"), 0u);
  look_until(target, [&] { return uids(target).empty(); });
}

TEST(Folder, ACopyOfOneThatIsGoneOrHasNoNameCopiesNothing) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  site.put("cur/2.b:2,");
  auto folder = Folder::open(site.box(), validity(9)).value();
  look(folder);
  ASSERT_TRUE(maildir::make(site.box() + "/.x"));
  auto target = Folder::open(site.box() + "/.x", validity(10)).value();
  int number = 0;
  const auto name = [&] { return "n" + std::to_string(++number); };
  EXPECT_EQ(folder.copy({1, 7}, target, name).error().code, base::Exit::temporary);
  EXPECT_EQ(folder
                .copy({1, 2}, target,
                      [&]() -> base::Result<std::string> {
                        if (++number == 4) return base::fail(base::Exit::os, "no name");
                        return "m" + std::to_string(number);
                      })
                .error()
                .code,
            base::Exit::os);
  std::filesystem::remove(site.box() + "/cur/2.b:2,");
  EXPECT_EQ(folder.copy({1, 2}, target, name).error().code, base::Exit::temporary);
  EXPECT_EQ(site.count(".x/cur"), 0u);
  EXPECT_EQ(target.state().uid_next, 1u);
}

TEST(Folder, AMessageWithTooManyKeywordsIsNotAdopted) {
  const Temporary site;
  auto folder = Folder::open(site.box(), validity(9)).value();
  site.put("tmp/t");
  const maildir::Flags many = {0, std::vector<std::string>(65, "k")};
  EXPECT_EQ(folder.adopt(site.box() + "/tmp/t", "1.t", many, 1, 15).error().code, base::Exit::unavailable);
  EXPECT_TRUE(site.has("tmp/t"));
}

}  // namespace
}  // namespace folder_copy_test

#include "maildir/index.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <future>

#include "maildir/folders.hpp"
#include "temporary.hpp"

namespace index_test {
namespace {

maildir::Record record(std::uint32_t uid) {
  maildir::Record out;
  out.uid = uid;
  out.base = "m" + std::to_string(uid);
  return out;
}

maildir::IndexState begun(std::uint32_t validity) {
  maildir::IndexState out;
  out.validity = validity;
  out.object = validity;
  return out;
}

// Nobody may ever open its other end.
TEST(Index, AFifoInAFilesPlaceIsNotWaitedFor) {
  const Temporary site;
  maildir::Index index(site.box());
  ASSERT_EQ(mkfifo((site.box() + "/tubepost-lock").c_str(), 0600), 0);
  const auto lock = index.lock().value();
  ASSERT_TRUE(index.make(begun(7)));
  EXPECT_TRUE(index.mend());
  std::filesystem::remove(site.box() + "/tubepost-index");
  ASSERT_EQ(mkfifo((site.box() + "/tubepost-index").c_str(), 0600), 0);
  EXPECT_EQ(maildir::Index(site.box()).read().error().code, base::Exit::os);
  EXPECT_FALSE(index.append(maildir::line_added(record(1)), false));
}

TEST(Index, TwoReadersSeeOneWriter) {
  const Temporary site;
  maildir::Index writer(site.box());
  maildir::Index reader(site.box());
  EXPECT_FALSE(reader.read().value());
  const auto lock = writer.lock().value();
  ASSERT_TRUE(writer.make(begun(7)));
  ASSERT_TRUE(writer.append(maildir::line_added(record(1)), true));
  EXPECT_TRUE(reader.read().value());
  EXPECT_EQ(reader.state().records.size(), 1u);
  ASSERT_TRUE(writer.append(maildir::line_added(record(2)), false));
  EXPECT_TRUE(reader.read().value());
  EXPECT_EQ(reader.state().records.size(), 2u);
}

TEST(Index, APieceOfALineIsCutOffByTheNextWriter) {
  const Temporary site;
  maildir::Index writer(site.box());
  ASSERT_TRUE(writer.make(begun(7)));
  std::ofstream(site.box() + "/tubepost-index", std::ios::app) << "+ 1 2 3";
  maildir::Index other(site.box());
  ASSERT_TRUE(other.read().value());
  ASSERT_TRUE(other.mend());
  ASSERT_TRUE(other.append(maildir::line_added(record(4)), true));
  ASSERT_TRUE(writer.read().value());
  EXPECT_EQ(writer.state().damaged, 0u);
  EXPECT_EQ(writer.state().records[0].uid, 4u);
}

TEST(Index, WritingItAnewKeepsWhatCounts) {
  const Temporary site;
  maildir::Index index(site.box());
  maildir::Index reader(site.box());
  ASSERT_TRUE(index.make(begun(7)));
  std::string lines = maildir::line_added(record(1)) + maildir::line_added(record(2));
  std::uint64_t modseq = 1499;
  while (modseq < 2999) lines += maildir::lines_flags({{1, 1}}, modseq, {maildir::seen, {"$x"}});
  lines += maildir::line_added(record(9)) + maildir::lines_removed({{9, 9}}, modseq);
  ASSERT_TRUE(index.append(lines, true));
  ASSERT_TRUE(reader.read().value());
  index.compact(false);
  EXPECT_EQ(index.state().generation, 2u);
  for (auto* one : {&index, &reader}) {
    ASSERT_TRUE(one->read().value());
    EXPECT_EQ(one->state().records.size(), 2u);
    EXPECT_EQ(one->state().uid_next, 10u);
    EXPECT_EQ(one->state().modseq, 3000u);
    EXPECT_EQ(one->state().validity, 7u);
    EXPECT_EQ(one->state().records[0].flags, (maildir::Flags{maildir::seen, {"$x"}}));
    EXPECT_EQ(maildir::vanished_since(one->state(), 2999), (maildir::UidSet{{9, 9}}));
    EXPECT_EQ(maildir::vanished_since(one->state(), 3000), maildir::UidSet());
  }
}

std::string file_of(const Temporary& site) {
  return site.box() + "/tubepost-index";
}

TEST(Index, ZeroIsNoUidvalidity) {
  const Temporary site;
  maildir::Index index(site.box());
  EXPECT_EQ(index.make(begun(0)).error().code, base::Exit::software);
  EXPECT_FALSE(std::filesystem::exists(file_of(site)));
}

TEST(Index, AnotherIndexInItsPlaceIsAnErrorAndTheStateStays) {
  const Temporary site;
  maildir::Index index(site.box());
  ASSERT_TRUE(index.make(begun(7)));
  ASSERT_TRUE(index.append(maildir::line_added(record(1)), true));
  std::filesystem::remove(file_of(site));
  EXPECT_EQ(index.read().error().code, base::Exit::temporary);
  maildir::Index other(site.box());
  ASSERT_TRUE(other.make(begun(8)));
  EXPECT_EQ(index.read().error().code, base::Exit::temporary);
  EXPECT_EQ(index.state().validity, 7u);
  EXPECT_EQ(index.state().records.size(), 1u);
  EXPECT_EQ(index.append(maildir::line_added(record(2)), true).error().code, base::Exit::temporary);
  EXPECT_EQ(other.read().value(), true);
  EXPECT_TRUE(other.state().records.empty());
}

TEST(Index, NothingIsAppendedToAFileThatWasWrittenAnew) {
  const Temporary site;
  maildir::Index index(site.box());
  maildir::Index late(site.box());
  ASSERT_TRUE(index.make(begun(7)));
  ASSERT_TRUE(late.read().value());
  std::ofstream(file_of(site)) << maildir::format_index(begun(7), 2);
  EXPECT_EQ(late.append(maildir::line_added(record(1)), true).error().code, base::Exit::temporary);
  ASSERT_TRUE(late.read().value());
  EXPECT_EQ(late.state().generation, 2u);
  EXPECT_TRUE(late.append(maildir::line_added(record(1)), true));
}

TEST(Index, AFullDiskLeavesWholeLines) {
  const Temporary site;
  maildir::Index index(site.box());
  ASSERT_TRUE(index.make(begun(7)));
  const auto first = maildir::line_added(record(1));
  {
    const FullDisk disk(std::filesystem::file_size(file_of(site)) + first.size() + 3);
    EXPECT_FALSE(index.append(first + maildir::line_added(record(2)), true));
  }
  EXPECT_EQ(index.state().uid_next, 2u);
  ASSERT_TRUE(index.append(maildir::line_added(record(2)), true));
  maildir::Index reader(site.box());
  ASSERT_TRUE(reader.read().value());
  EXPECT_EQ(reader.state().records.size(), 2u);
  EXPECT_EQ(reader.state().damaged, 0u);
}

TEST(Index, UidsInADamagedEndAreNotGivenOutAgain) {
  const Temporary site;
  maildir::Index index(site.box());
  ASSERT_TRUE(index.make(begun(7)));
  std::string lines;
  for (std::uint32_t uid = 1; uid <= 10; ++uid) lines += maildir::line_added(record(uid));
  const auto start = std::filesystem::file_size(file_of(site));
  ASSERT_TRUE(index.append(lines, true));
  std::filesystem::resize_file(file_of(site), start);
  std::filesystem::resize_file(file_of(site), start + lines.size());
  for (const bool again : {false, true}) {
    maildir::Index reader(site.box());
    ASSERT_TRUE(reader.read().value());
    if (!again) {
      ASSERT_TRUE(reader.mend());
    }
    EXPECT_GE(reader.state().uid_next, 11u);
    EXPECT_EQ(reader.state().damaged, 0u);
    EXPECT_EQ(reader.state().validity, 7u);
  }
}

// Should the writer be killed before it has taken in again what was damaged, who comes next has to look.
TEST(Index, WhatIsMendedIsNotWhatTheDirectoriesHad) {
  const Temporary site;
  maildir::Index index(site.box());
  ASSERT_TRUE(index.make(begun(7)));
  auto damaged = maildir::line_added(record(1));
  damaged[2] = '9';
  const maildir::Stamp stamp = {5, 6};
  ASSERT_TRUE(index.append(damaged + maildir::line_stamp(stamp, 7), true));
  maildir::Index other(site.box());
  ASSERT_TRUE(other.read().value());
  EXPECT_TRUE(other.state().stamp == stamp);
  ASSERT_TRUE(other.mend());
  EXPECT_TRUE(other.state().stamp == maildir::Stamp());
  EXPECT_EQ(other.state().looked, 0u);
}

TEST(Index, AShorterFileOfTheSameGenerationGivesNoUidAgain) {
  const Temporary site;
  maildir::Index index(site.box());
  ASSERT_TRUE(index.make(begun(7)));
  const auto start = std::filesystem::file_size(file_of(site));
  auto first = record(1);
  first.modseq = 5;
  ASSERT_TRUE(index.append(maildir::line_added(first), true));
  std::filesystem::resize_file(file_of(site), start);
  ASSERT_TRUE(index.read().value());
  EXPECT_TRUE(index.state().records.empty());
  EXPECT_EQ(index.state().uid_next, 2u);
  EXPECT_EQ(index.state().modseq, 5u) << "what changes next is no news to a client that knows more";
  EXPECT_TRUE(index.append(maildir::line_added(record(2)), true));
}

TEST(Index, CutAtALineForAnotherProcessItGivesNoUidAgain) {
  const Temporary site;
  {
    maildir::Index index(site.box());
    ASSERT_TRUE(index.make(begun(7)));
    const auto start = std::filesystem::file_size(file_of(site));
    ASSERT_TRUE(index.append(maildir::line_added(record(5)), true));
    std::filesystem::resize_file(file_of(site), start);
  }
  maildir::Index other(site.box());
  ASSERT_TRUE(other.read().value());
  EXPECT_EQ(other.state().uid_next, 1u);
  ASSERT_TRUE(other.mend());
  EXPECT_EQ(other.state().uid_next, 6u);
}

TEST(Index, TheLockIsOneOfTheFolderThatIsThereNow) {
  const Temporary site;
  const auto path = site.box() + "/.a";
  const maildir::Folders folders(site.box());
  auto replacing = std::async(std::launch::async, [&] {
    for (int i = 0; i < 150; ++i) {
      if (!folders.create("a") || !folders.remove("a")) return false;
    }
    return true;
  });
  while (replacing.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    const auto lock = maildir::Index(path).lock();
    if (!lock) continue;
    struct stat mine = {};
    struct stat there = {};
    ASSERT_EQ(fstat(lock->get(), &mine), 0);
    ASSERT_EQ(stat((path + "/tubepost-lock").c_str(), &there), 0);
    EXPECT_EQ(mine.st_ino, there.st_ino);
  }
  EXPECT_TRUE(replacing.get());
}

}  // namespace
}  // namespace index_test

#include "maildir/folder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "temporary.hpp"

namespace {

using maildir::Folder;
using Uids = std::vector<std::uint32_t>;

Uids look(Folder& folder, bool claim = true) {
  Uids claimed;
  const auto done = folder.refresh(claim, true, claimed);
  EXPECT_TRUE(done) << done.error().what;
  return claimed;
}

/// Looks until the folder is at rest: a change in the same clock tick as a look is not believed.
template <class Condition>
void look_until(Folder& folder, Condition condition) {
  for (int i = 0; i < 1000 && !condition(); ++i) {
    usleep(5000);
    look(folder);
  }
  EXPECT_TRUE(condition());
}

Uids uids(const Folder& folder) {
  Uids out;
  for (const auto& record : folder.state().records) out.push_back(record.uid);
  return out;
}

TEST(Folder, GivesUidsInOrderAndClaimsWhatIsNew) {
  const Temporary site;
  site.put("new/2.b");
  site.put("new/1.a");
  site.put("cur/3.c:2,S");
  auto folder = Folder::open(site.box(), 9).value();
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
  auto again = Folder::open(site.box(), 10).value();
  EXPECT_EQ(again.state().validity, 9u);
  EXPECT_EQ(uids(again), (Uids{1, 2, 3, 4}));
}

TEST(Folder, FlagsGoIntoIndexAndName) {
  const Temporary site;
  site.put("cur/1.a:2,P");
  auto folder = Folder::open(site.box(), 9).value();
  auto other = Folder::open(site.box(), 9).value();
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

TEST(Folder, TakesOverFlagsThatAnotherProgramSet) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  auto folder = Folder::open(site.box(), 9).value();
  look(folder);
  std::filesystem::rename(site.box() + "/cur/1.a:2,S", site.box() + "/cur/1.a:2,FR");
  EXPECT_TRUE(folder.open_message(1));
  look(folder);
  EXPECT_EQ(folder.state().find(1)->flags.system, maildir::flagged | maildir::answered);
  EXPECT_EQ(uids(folder), Uids{1});
}

TEST(Folder, ARemovedFileIsExpungedAndItsUidNotUsedAgain) {
  const Temporary site;
  site.put("cur/1.a:2,");
  site.put("cur/2.b:2,");
  auto folder = Folder::open(site.box(), 9).value();
  look(folder);
  std::filesystem::remove(site.box() + "/cur/2.b:2,");
  look_until(folder, [&] { return uids(folder) == Uids{1}; });
  site.put("cur/3.c:2,");
  look(folder);
  EXPECT_EQ(uids(folder), (Uids{1, 3}));
}

TEST(Folder, ExpungeRemovesOnlyWhatIsDeleted) {
  const Temporary site;
  site.put("cur/1.a:2,T");
  site.put("cur/2.b:2,S");
  auto folder = Folder::open(site.box(), 9).value();
  look(folder);
  EXPECT_EQ(folder.expunge({1, 2}).value(), Uids{1});
  EXPECT_EQ(site.count("cur"), 1u);
  EXPECT_EQ(uids(folder), Uids{2});
}

TEST(Folder, CopiesKeepFlagsAndDates) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  site.put("cur/2.b:2,");
  auto folder = Folder::open(site.box(), 9).value();
  look(folder);
  ASSERT_TRUE(maildir::make(site.box() + "/.x"));
  auto target = Folder::open(site.box() + "/.x", 10).value();
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

TEST(Folder, AdoptsACompleteFile) {
  const Temporary site;
  auto folder = Folder::open(site.box(), 9).value();
  site.put("tmp/t");
  EXPECT_EQ(folder.adopt(site.box() + "/tmp/t", "1.t", {maildir::seen, {"$k"}}, 1'000'000, 15).value(), 1u);
  EXPECT_TRUE(site.has("cur/1.t:2,S"));
  look(folder);
  EXPECT_EQ(uids(folder), Uids{1});
  EXPECT_EQ(folder.state().find(1)->date, 1'000'000u);
  auto again = Folder::open(site.box(), 1).value();
  EXPECT_EQ(again.state().find(1)->flags, (maildir::Flags{maildir::seen, {"$k"}}));
}

TEST(Folder, AnIndexThatIsGoneIsMadeAnew) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  auto folder = Folder::open(site.box(), 9).value();
  look(folder);
  std::filesystem::remove(site.box() + "/tubepost-index");
  auto again = Folder::open(site.box(), 10).value();
  look(again);
  EXPECT_EQ(again.state().validity, 10u);
  EXPECT_EQ(uids(again), Uids{1});
}

TEST(Folder, SizesComeFromTheNameOrAreNoted) {
  const Temporary site;
  site.put("cur/1.a,S=15,W=17:2,");
  site.put("cur/2.b:2,");
  auto folder = Folder::open(site.box(), 9).value();
  look(folder);
  EXPECT_EQ(folder.state().find(1)->size, 17u);
  EXPECT_FALSE(folder.state().find(2)->size);
  ASSERT_TRUE(folder.note_size(2, 33));
  auto again = Folder::open(site.box(), 9).value();
  EXPECT_EQ(again.state().find(2)->size, 33u);
}

}  // namespace

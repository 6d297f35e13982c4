#include "serve/imap_watch.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>

#include "maildir/deliver.hpp"
#include "talk.hpp"

namespace imap_watch_test {
namespace {

using serve::FolderWatch;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using Wake = FolderWatch::Wake;

// Far more than waking takes, and less than the time after which a watch looks by itself.
constexpr milliseconds soon = milliseconds(4000);

struct Site {
  Directory directory;
  std::string box = directory.path() + "/Maildir";
  fs::Fd client, other;
  Site() {
    EXPECT_TRUE(maildir::make(box));
    put("cur/1.a:2,");
    put("tubepost-index");
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
    client.reset(ends[0]);
    other.reset(ends[1]);
  }
  void put(const std::string& name) const { std::ofstream(box + "/" + name, std::ios::app) << "x\n"; }
  void move(const std::string& from, const std::string& to) const {
    std::filesystem::rename(box + "/" + from, box + "/" + to);
  }
};

struct Woken {
  Wake why;
  milliseconds after;
};
Woken wait(FolderWatch& watch, const fs::Fd& client, milliseconds most) {
  const auto start = Clock::now();
  const auto why = watch.wait(client.get(), start + most);
  return {why, std::chrono::duration_cast<milliseconds>(Clock::now() - start)};
}

TEST(ImapWatch, WhatHappensInTheFolderIsNews) {
  const std::pair<const char*, std::function<void(const Site&)>> changes[] = {
      {"a delivery", [](const Site& site) { site.put("new/2.b"); }},
      {"a delivery by rename",
       [](const Site& site) {
         site.put("tmp/2.b");
         site.move("tmp/2.b", "new/2.b");
       }},
      {"flags", [](const Site& site) { site.move("cur/1.a:2,", "cur/1.a:2,S"); }},
      {"a removal", [](const Site& site) { std::filesystem::remove(site.box + "/cur/1.a:2,"); }},
      {"keywords", [](const Site& site) { site.put("tubepost-index"); }},
      {"an index written anew",
       [](const Site& site) {
         site.put("tubepost-index.new");
         site.move("tubepost-index.new", "tubepost-index");
       }},
      {"a folder that goes", [](const Site& site) { std::filesystem::rename(site.box, site.box + "2"); }},
  };
  for (const auto& [what, change] : changes) {
    const Site site;
    FolderWatch watch(site.box);
    change(site);
    const auto woken = wait(watch, site.client, milliseconds(60'000));
    EXPECT_EQ(woken.why, Wake::news) << what;
    EXPECT_LT(woken.after, soon) << what;
  }
}

TEST(ImapWatch, NewsAreToldOnce) {
  const Site site;
  FolderWatch watch(site.box);
  for (int i = 0; i < 300; ++i) site.put("new/" + std::to_string(i));
  EXPECT_EQ(wait(watch, site.client, milliseconds(60'000)).why, Wake::news);
  EXPECT_GE(wait(watch, site.client, milliseconds(50)).after, milliseconds(50));
}

// Who looks while a directory is changing cannot say what is gone.
TEST(ImapWatch, WhatLeftADirectoryIsNewsAgainWhenThatIsAtRest) {
  const Site site;
  FolderWatch watch(site.box);
  std::filesystem::remove(site.box + "/cur/1.a:2,");
  EXPECT_EQ(wait(watch, site.client, milliseconds(60'000)).why, Wake::news);
  const auto again = wait(watch, site.client, milliseconds(60'000));
  EXPECT_EQ(again.why, Wake::news);
  EXPECT_LT(again.after, soon);
  EXPECT_GE(again.after, milliseconds(20));
  EXPECT_GE(wait(watch, site.client, milliseconds(500)).after, milliseconds(500)) << "and no third time";
}

TEST(ImapWatch, TheClientComesFirst) {
  const Site site;
  FolderWatch watch(site.box);
  site.put("new/2.b");
  ASSERT_TRUE(fs::write_all(site.other.get(), "DONE\r\n"));
  EXPECT_EQ(wait(watch, site.client, milliseconds(60'000)).why, Wake::input);
  // It is not read here, and is there still.
  EXPECT_EQ(wait(watch, site.client, milliseconds(60'000)).why, Wake::input);
}

TEST(ImapWatch, AClientThatIsGoneIsInput) {
  Site site;
  FolderWatch watch(site.box);
  site.other.reset();
  EXPECT_EQ(wait(watch, site.client, milliseconds(60'000)).why, Wake::input);
}

TEST(ImapWatch, TheEndComesInTime) {
  const Site site;
  for (const auto& folder : {site.box, std::string()}) {
    FolderWatch watch(folder);
    EXPECT_EQ(wait(watch, site.client, milliseconds(0)).why, Wake::end);
    EXPECT_EQ(wait(watch, site.client, milliseconds(30)).why, Wake::end) << "there are no news";
    const auto start = Clock::now();
    const auto end = start + milliseconds(60);
    while (watch.wait(site.client.get(), end) != Wake::end) {
    }
    EXPECT_GE(Clock::now(), end);
    EXPECT_LT(Clock::now(), start + soon);
  }
}

TEST(ImapWatch, WhereTheKernelTellsNothingItIsLookedForNowAndThen) {
  const Site site;
  FolderWatch watch(site.box + "/none");
  const auto woken = wait(watch, site.client, milliseconds(60'000));
  EXPECT_EQ(woken.why, Wake::news);
  EXPECT_LT(woken.after, soon);
  EXPECT_GE(woken.after, milliseconds(100));
}

}  // namespace
}  // namespace imap_watch_test

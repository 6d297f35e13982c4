// A folder on which all work at once: who delivers, who renames for flags as mutt does, who expunges, and
// sessions that look. Nothing is told by inotify, so another mount of the directory would be the same.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "looking.hpp"
#include "maildir/deliver.hpp"
#include "maildir/whereabouts.hpp"
#include "temporary.hpp"

namespace folder_look_test {
namespace {

using namespace std::chrono_literals;

constexpr int messages = 60;
constexpr int there_before = 1500;  // so many that reading a directory takes several calls
constexpr auto apart = 20ms;        // 50 a second

constexpr int watchers = 4;
constexpr int looks_after = 20;  // of each watcher, once all has been delivered

struct Site {
  const Temporary box;
  std::atomic<bool> delivered{false};
  std::latch looked{watchers * looks_after};
  std::atomic<bool> over{false};
  std::mutex mutex;
  std::set<std::string> expunged;  // bases whose removal has begun

  std::string path() const { return box.box(); }
};

/// One watcher's; one that has failed is not waited for.
struct Looks {
  std::latch& looked;
  int left = looks_after;
  void one_more() {
    if (left == 0) return;
    --left;
    looked.count_down();
  }
  ~Looks() { looked.count_down(left); }
};

void deliver(Site& site) {
  for (int i = 0; i < messages; ++i) {
    auto delivery = maildir::Delivery::begin(site.path(), std::to_string(1000 + i) + ".host").value();
    ASSERT_TRUE(delivery.write("Subject: x\n\n"));
    ASSERT_TRUE(delivery.commit());
    std::this_thread::sleep_for(apart);
  }
  site.delivered = true;
}

/// Sets and takes back flags by renaming; others may be quicker.
void rename_flags(Site& site) {
  for (unsigned round = 0; !site.over; ++round) {
    const auto listing = maildir::list(site.path(), 0).value();
    for (const auto& seen : listing.files) {
      if (seen.suffix.empty()) continue;
      const auto from = site.path() + "/cur/" + std::string(seen.base);
      const auto to = from + (round % 2 == 0 ? ":2,F" : ":2,FS");
      if (seen.suffix.find('T') == seen.suffix.npos)
        (void)std::rename((from + std::string(seen.suffix)).c_str(), to.c_str());
      std::this_thread::sleep_for(20us);
    }
  }
}

void expunge(Site& site) {
  auto folder = maildir::Folder::open(site.path(), validity(9)).value();
  while (!site.over) {
    std::vector<std::uint32_t> claimed;
    ASSERT_TRUE(folder.refresh(true, true, claimed));
    for (std::size_t i = 0; i < folder.rows().size(); ++i) {
      const auto record = folder.rows()[i];
      if (record.uid % 5 != 0) continue;
      {
        const std::lock_guard lock(site.mutex);
        site.expunged.insert(record.base);
      }
      const auto mark = [](const maildir::Flags& was) {
        return maildir::Flags{was.system | maildir::deleted, was.keywords};
      };
      (void)folder.change_flags({record.uid}, mark);
      (void)folder.expunge({record.uid});
      break;
    }
    std::this_thread::sleep_for(5ms);
  }
}

/// What one session is told: no UID means two messages, none comes back, none goes that nobody removed.
void watch(Site& site, std::map<std::uint32_t, std::string>& names) {
  auto folder = maildir::Folder::open(site.path(), validity(9)).value();
  std::set<std::uint32_t> there;
  std::uint32_t highest = 0;
  Looks looks{site.looked};
  while (!site.over) {
    const bool last = site.delivered;
    std::vector<std::uint32_t> claimed;
    ASSERT_TRUE(folder.refresh(true, false, claimed));
    std::set<std::uint32_t> now;
    for (std::size_t i = 0; i < folder.rows().size(); ++i) {
      const auto record = folder.rows()[i];
      ASSERT_TRUE(now.insert(record.uid).second);
      EXPECT_EQ(names.emplace(record.uid, record.base).first->second, record.base);
      EXPECT_TRUE(there.contains(record.uid) || record.uid > highest) << record.uid;
    }
    for (const auto uid : there) {
      const std::lock_guard lock(site.mutex);
      EXPECT_TRUE(now.contains(uid) || site.expunged.contains(names[uid])) << names[uid] << " is there";
    }
    there = std::move(now);
    if (!there.empty()) highest = std::max(highest, *there.rbegin());
    if (last) looks.one_more();
    std::this_thread::sleep_for(3ms);
  }
}

TEST(Concurrency, NothingIsMissedDoubledOrTakenForExpunged) {
  Site site;
  for (int i = 0; i < there_before; ++i) site.box.put("cur/" + std::to_string(100000 + i) + ".old:2,");
  std::vector<std::map<std::uint32_t, std::string>> told(watchers);
  std::vector<std::thread> threads;
  threads.emplace_back([&] { rename_flags(site); });
  threads.emplace_back([&] { expunge(site); });
  for (auto& names : told) threads.emplace_back([&] { watch(site, names); });
  deliver(site);
  site.looked.wait();
  site.over = true;
  for (auto& thread : threads) thread.join();
  auto folder = maildir::Folder::open(site.path(), validity(9)).value();
  const auto left = maildir::list(site.path(), 0).value();
  look_until(folder, [&] { return folder.rows().size() == left.files.size(); });
  std::set<std::string> bases;
  std::map<std::uint32_t, std::string> all;
  for (const auto& record : folder.state().records) bases.insert(record.base);
  EXPECT_EQ(bases.size(), left.files.size());
  for (const auto& item : left.files) EXPECT_TRUE(bases.contains(std::string(item.base)));
  EXPECT_GE(left.files.size() + site.expunged.size(), static_cast<std::size_t>(messages + there_before));
  EXPECT_GT(site.expunged.size(), 3u);
  for (const auto& names : told) {
    for (const auto& [uid, base] : names) EXPECT_EQ(all.emplace(uid, base).first->second, base);
  }
}

TEST(Concurrency, CutAtAnyOctetTheIndexIsMendedAndNoUidNamesTwo) {
  const Temporary site;
  std::map<std::string, std::uint32_t> before;
  std::string good;
  {
    for (int i = 0; i < 4; ++i) site.put("cur/" + std::to_string(i) + ".a:2,");
    auto folder = maildir::Folder::open(site.box(), validity(9)).value();
    look(folder);
    for (int i = 0; i < 1100 && folder.state().generation == 1; ++i) {
      ASSERT_TRUE(folder.change_flags({1}, [&](const maildir::Flags&) {
        return maildir::Flags{0, {i % 2 == 0 ? "$a" : "$b"}};
      }));
    }
    ASSERT_TRUE(folder.tidy());
    ASSERT_GT(folder.state().generation, 1u);
    site.put("cur/8.a:2,S");
    look(folder);
    for (const auto& record : folder.state().records) before[record.base] = record.uid;
    std::ifstream stream(site.box() + "/tubepost-index");
    good.assign(std::istreambuf_iterator<char>(stream), {});
  }
  ASSERT_EQ(before.size(), 5u);
  const auto head = good.find('\n') + 1;
  for (std::size_t length = 0; length <= good.size(); ++length) {
    std::filesystem::remove(site.box() + "/tubepost-index");
    std::ofstream(site.box() + "/tubepost-index") << good.substr(0, length);
    auto folder = maildir::Folder::open(site.box(), validity(10)).value();
    look(folder);
    // Another index each time, and each with a greater one.
    EXPECT_EQ(folder.state().validity, length < head ? 10 + length : 9u) << length;
    ASSERT_EQ(folder.rows().size(), 5u) << length;
    for (const auto& record : folder.state().records) {
      for (const auto& [base, uid] : before)
        EXPECT_TRUE(length < head || record.uid != uid || record.base == base) << length << " " << uid;
    }
  }
}

TEST(FolderLook, ALookOfTheFutureIsNotBelieved) {
  const Temporary site;
  site.put("cur/1.a:2,");
  auto folder = maildir::Folder::open(site.box(), validity(9)).value();
  look(folder);
  site.put("cur/2.b:2,");
  // Somebody whose clock was wrong says that all there is stands here.
  const auto stamp = maildir::stamp_of(site.box()).value();
  std::ofstream(site.box() + "/tubepost-index", std::ios::app)
      << maildir::line_stamp(stamp, maildir::file_system_now() / 1'000'000'000 + 100'000);
  look(folder);
  EXPECT_EQ(uids(folder), (Uids{1, 2}));
}

/// Many rows, all of them in the sorted part.
void fill(const Temporary& site) {
  for (int i = 0; i < 1200; ++i) site.put("cur/" + std::to_string(100000 + i) + ".x:2,S");
  auto folder = maildir::Folder::open(site.box(), validity(9)).value();
  look(folder);
  ASSERT_EQ(folder.rows().size(), 1200u);
}

TEST(FolderLook, AnIndexThatIsCutInPlaceEndsTheSessionAndIsNotWrittenFromZeros) {
  const auto add_flag = [](const maildir::Flags& before) {
    return maildir::Flags{before.system | maildir::flagged, before.keywords};
  };
  for (const bool grows : {false, true}) {
    const Temporary site;
    fill(site);
    const auto path = site.box() + "/tubepost-index";
    auto folder = maildir::Folder::open(site.box(), validity(9)).value();
    const auto size = std::filesystem::file_size(path);
    std::filesystem::resize_file(path, 4096);
    // Not looked at before: nothing that could be in memory.
    for (std::size_t i = 0; i < folder.rows().size(); ++i) (void)folder.rows()[i];
    EXPECT_EQ(folder.rows().at(1000).uid, 0u);
    if (grows) std::filesystem::resize_file(path, size);
    std::vector<std::uint32_t> claimed;
    EXPECT_EQ(folder.refresh(true, true, claimed).error().code, base::Exit::temporary);
    EXPECT_TRUE(folder.is_replaced());
    EXPECT_FALSE(folder.change_flags({1, 2, 1000}, add_flag));
    EXPECT_FALSE(folder.expunge({1}));
    EXPECT_EQ(std::filesystem::file_size(path), grows ? size : 4096);
    EXPECT_EQ(site.count("cur"), 1200u);
    // Another session mends what there is.
    auto again = maildir::Folder::open(site.box(), validity(10)).value();
    EXPECT_EQ(again.state().validity, 9u);
    look_until(again, [&] { return uids(again).size() == 1200u; });
  }
}

std::string index_of(const Temporary& site) {
  std::ifstream file(site.box() + "/tubepost-index");
  return {std::istreambuf_iterator<char>(file), {}};
}

// The kernel lets a reader see as much of a write as it has copied: what comes after that must be news.
TEST(FolderLook, WhoHasReadTheFirstLinesOfAChangeHearsOfTheOthers) {
  const Temporary site;
  constexpr std::uint32_t many = 40;
  for (std::uint32_t i = 0; i < many; ++i) site.put("cur/" + std::to_string(100 + i) + ".x:2,T");
  auto folder = maildir::Folder::open(site.box(), validity(9)).value();
  look(folder);
  const auto before = index_of(site).size();
  // Other flags for each, and so a line for each; and then those that go, with holes between them.
  std::uint32_t count = 0;
  ASSERT_TRUE(folder.change_flags(uids(folder), [&](const maildir::Flags& old) {
    return maildir::Flags{old.system, {"k" + std::to_string(++count)}};
  }));
  for (std::uint32_t i = 0; i < many; i += 2)
    std::filesystem::remove(site.box() + "/cur/" + std::to_string(100 + i) + ".x:2,T");
  for (std::uint32_t i = 1; i < many; i += 2)
    std::filesystem::rename(site.box() + "/cur/" + std::to_string(100 + i) + ".x:2,T",
                            site.box() + "/cur/" + std::to_string(100 + i) + ".x:2,");
  look_until(folder, [&] { return uids(folder).size() == many / 2; });
  const auto after = index_of(site);
  for (auto end = after.find('\n', before); end != std::string::npos; end = after.find('\n', end + 1)) {
    std::ofstream(site.box() + "/tubepost-index") << after.substr(0, end + 1);
    maildir::Index reader(site.box());
    ASSERT_TRUE(reader.read().value());
    const auto told = reader.state().modseq;
    const auto there = reader.state();
    std::ofstream(site.box() + "/tubepost-index", std::ios::app) << after.substr(end + 1);
    ASSERT_TRUE(reader.read().value());
    const auto news = reader.state().records.changed_since(told);
    const auto gone = maildir::vanished_since(reader.state(), told);
    for (const auto& old : there.records) {
      const auto* now = reader.state().find(old.uid);
      const bool is_news = std::find(news.begin(), news.end(), old.uid) != news.end();
      EXPECT_TRUE(now == nullptr || is_news == !(now->flags == old.flags)) << old.uid;
      const bool is_gone = std::any_of(gone.begin(), gone.end(), [&](const maildir::UidRange& range) {
        return range.first <= old.uid && old.uid <= range.last;
      });
      EXPECT_EQ(is_gone, now == nullptr) << old.uid;
    }
  }
}

}  // namespace
}  // namespace folder_look_test

// How long a folder of many messages takes at the index, without a protocol: index [MESSAGES] [DIRECTORY].
// Every line is "what wall-clock CPU"; the directory (/dev/shm) should be one that a disk does not slow down.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "maildir/cache.hpp"
#include "maildir/deliver.hpp"
#include "maildir/folder.hpp"
#include "maildir/folders.hpp"

namespace {

using Clock = std::chrono::steady_clock;

template <class Work>
void measure(const char* what, Work work) {
  const auto begin = Clock::now();
  const auto used = std::clock();
  work();
  const double cpu = 1000.0 * static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC;
  std::printf("%-36s %8.2f ms %8.2f ms CPU\n", what,
              std::chrono::duration<double, std::milli>(Clock::now() - begin).count(), cpu);
}

void expect(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "failed: %s\n", what);
  std::exit(1);
}

void put(const std::string& path, std::size_t number, const char* directory, const char* suffix) {
  char name[200];
  std::snprintf(name, sizeof name, "/%s/%zu.M%06zuP%zuQ1R8127361872.host,S=20480,W=20900%s", directory,
                1'700'000'000 + number / 3, number * 7 % 1'000'000, number, suffix);
  ::close(::open((path + name).c_str(), O_CREAT | O_WRONLY, 0600));
}

maildir::Folder open(const std::string& path) {
  auto folder = maildir::Folder::open(path, []() -> base::Result<std::uint32_t> { return 1'700'000'000; });
  expect(folder.has_value(), "open");
  return std::move(*folder);
}

std::size_t select(const std::string& path, bool claim = true) {
  auto folder = open(path);
  std::vector<std::uint32_t> claimed;
  const auto done = folder.refresh(claim, false, claimed);
  expect(done.has_value(), "refresh");
  const auto unseen = folder.rows().outline(maildir::seen).without;
  return folder.rows().size() + (unseen > folder.rows().size() ? 1 : 0);
}

/// KiB of this process, shared pages by their share.
long pss() {
  std::ifstream file("/proc/self/smaps_rollup");
  for (std::string line; std::getline(file, line);) {
    long value = 0;
    if (std::sscanf(line.c_str(), "Pss: %ld", &value) == 1) return value;
  }
  return 0;
}

std::vector<std::uint32_t> first(std::uint32_t count) {
  std::vector<std::uint32_t> out(count);
  std::iota(out.begin(), out.end(), 1);
  return out;
}

void selecting(const std::string& path, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) put(path, i, "cur", ":2,S");
  usleep(30'000);
  measure("SELECT cold", [&] { expect(select(path) == count, "cold"); });
  select(path);  // notes that the directories are at rest
  measure("SELECT warm", [&] { expect(select(path) == count, "warm"); });
  put(path, count, "new", "");
  measure("SELECT warm + 1 new", [&] { expect(select(path) == count + 1, "one new"); });
  usleep(30'000);
  measure("the next one, which reads cur/", [&] { expect(select(path) == count + 1, "after"); });
  measure("SELECT warm again", [&] { expect(select(path) == count + 1, "again"); });
}

void changing(const std::string& path) {
  const auto before = pss();
  auto folder = open(path);
  std::vector<std::uint32_t> claimed;
  expect(folder.refresh(true, false, claimed).has_value(), "refresh");
  const auto all = first(10'000);
  measure("FLAGS of 10000", [&] {
    std::uint64_t sum = 0;
    for (const auto uid : all) sum += folder.rows().at(*folder.rows().position(uid)).system;
    expect(sum == 10'000, "flags");
  });
  folder.rest();
  std::printf("%-44s %8ld KiB\n", "memory of the open folder at rest", pss() - before);
  measure("STORE +FLAGS \\Flagged 10000", [&] {
    const auto flag = [](const maildir::Flags& was) {
      return maildir::Flags{was.system | maildir::flagged, was.keywords};
    };
    expect(folder.change_flags(all, flag).has_value(), "store");
  });
  measure("names that follow (10000)", [&] { expect(folder.tidy().has_value(), "tidy"); });
  const auto half = first(5'000);
  const auto mark = [](const maildir::Flags& was) {
    return maildir::Flags{was.system | maildir::deleted, was.keywords};
  };
  expect(folder.change_flags(half, mark).has_value(), "mark");
  measure("EXPUNGE 5000", [&] { expect(folder.expunge(half).value().size() == 5'000, "expunge"); });
}

void caching(const std::string& path) {
  const std::string envelope(400, 'e');
  maildir::Cache cache(path, 7);
  measure("cache: put 10000 envelopes", [&] {
    for (std::uint32_t uid = 1; uid <= 10'000; ++uid) cache.put(uid, 'e', envelope);
    cache.rest();
  });
  measure("cache: FETCH ENVELOPE 10000 warm", [&] {
    std::size_t sum = 0;
    for (std::uint32_t uid = 1; uid <= 10'000; ++uid) sum += cache.get(uid, 'e')->size();
    expect(sum == 4'000'000, "cache");
  });
}

void listing(const std::string& box) {
  const maildir::Folders folders(box);
  for (int i = 0; i < 10'000; ++i) {
    const auto path = box + "/.Überordner." + std::to_string(i);
    mkdir(path.c_str(), 0700);
    mkdir((path + "/cur").c_str(), 0700);
  }
  measure("LIST of 10000 folders", [&] { expect(folders.list().value().size() == 10'001, "list"); });
}

}  // namespace

int main(int count, char** words) {
  const std::size_t messages = count > 1 ? std::strtoul(words[1], nullptr, 10) : 100'000;
  const std::string place =
      (count > 2 ? words[2] : "/dev/shm") + std::string("/index-bench-") + std::to_string(getpid());
  for (const char* part : {"", "/many", "/some"}) mkdir((place + part).c_str(), 0700);
  for (const char* part : {"/many", "/some"}) expect(maildir::make(place + part).has_value(), "make");
  std::printf("%zu messages\n", messages);
  selecting(place + "/many", messages);
  std::printf("10000 messages\n");
  selecting(place + "/some", 10'000);
  changing(place + "/some");
  caching(place + "/some");
  listing(place + "/some");
  std::filesystem::remove_all(place);
}

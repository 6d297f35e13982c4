#include "spool/walk.hpp"

#include <unistd.h>

#include <fstream>
#include <set>

#include "queued.hpp"
#include "spool/id.hpp"

namespace walk_test {
namespace {

TEST(Walk, MeetsEveryMessageOnce) {
  const Queued spool;
  std::set<std::string> wanted;
  for (std::uint64_t i = 0; i < 50; ++i) wanted.insert(spool.put(1'700'000'000 + i, "", {"bob@far.test"}).id);
  std::ofstream(spool.path() + "/queue/3/core") << "x";
  // In a folder that is not its own nobody looks for it.
  const auto stray = spool.put(1'700'000'000, "", {"bob@far.test"});
  const auto folder = spool::bucket(stray.id) == "3" ? "4" : "3";
  ASSERT_EQ(rename(spool.queue().path(stray).c_str(),
                   (spool.path() + "/queue/" + folder + "/" + spool::file_name(stray)).c_str()),
            0);
  std::multiset<std::string> met;
  const auto walked =
      spool::walk(spool.path(), "0123456789abcdef", [&](const spool::Entry& entry, std::uint64_t inode) {
        struct stat info = {};
        EXPECT_EQ(lstat(spool.queue().path(entry).c_str(), &info), 0);
        EXPECT_EQ(info.st_ino, inode);
        met.insert(entry.id);
        return base::Result<void>();
      });
  EXPECT_TRUE(walked);
  EXPECT_EQ(met, std::multiset<std::string>(wanted.begin(), wanted.end()));
}

TEST(Walk, AFolderThatCannotBeReadIsSaidAtTheEnd) {
  const Queued spool;
  for (std::uint64_t i = 0; i < 50; ++i) spool.put(1'700'000'000 + i, "", {"bob@far.test"});
  std::filesystem::remove_all(spool.path() + "/queue/0");
  std::size_t met = 0;
  const auto walked = spool::walk(spool.path(), "0123456789abcdef", [&](const spool::Entry&, std::uint64_t) {
    ++met;
    return base::Result<void>();
  });
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().code, base::Exit::no_input);
  EXPECT_GT(met, 20u);
}

TEST(Walk, TheVisitorEndsIt) {
  const Queued spool;
  for (std::uint64_t i = 0; i < 20; ++i) spool.put(1'700'000'000 + i, "", {"bob@far.test"});
  std::size_t met = 0;
  const auto walked = spool::walk(spool.path(), "0123456789abcdef",
                                  [&](const spool::Entry&, std::uint64_t) -> base::Result<void> {
                                    ++met;
                                    return base::fail(base::Exit::io, "enough");
                                  });
  EXPECT_EQ(walked.error().what, "enough");
  EXPECT_EQ(met, 1u);
}

}  // namespace
}  // namespace walk_test

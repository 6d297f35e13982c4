#include "spool/in_hand.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include "queued.hpp"

namespace in_hand_test {
namespace {

TEST(InHand, TheKernelsListIsRead) {
  constexpr std::string_view text =
      "1: FLOCK  ADVISORY  WRITE 100 fe:01:5678 0 EOF\n"
      "1: -> FLOCK  ADVISORY  WRITE 101 fe:01:5679 0 EOF\n"
      "2: POSIX  ADVISORY  WRITE 100 fe:01:1111 0 EOF\n"
      "3: FLOCK  ADVISORY  WRITE 100 fe:02:2222 0 EOF\n"
      "4: FLOCK  ADVISORY  WRITE 100 fe:01:x 0 EOF\n"
      "rubbish\n"
      "5: FLOCK  ADVISORY  READ  100 fe:01:3333 0 EOF";
  EXPECT_EQ(spool::locked_inodes(text, 0xfe, 1), (std::unordered_set<std::uint64_t>{5678, 3333}));
  EXPECT_EQ(spool::locked_inodes(text, 0xfe, 2), (std::unordered_set<std::uint64_t>{2222}));
  EXPECT_TRUE(spool::locked_inodes("", 0xfe, 1).empty());
}

TEST(InHand, AFileUnderLock) {
  const Queued spool;
  const auto path = spool.queue().path(spool.put(1'700'000'000, "", {"bob@far.test"}));
  struct stat info = {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_FALSE(spool::in_hand(spool.path()).contains(info.st_ino));
  const auto file = fs::open(path, O_RDWR).value();
  ASSERT_EQ(flock(file.get(), LOCK_EX), 0);
  const auto found = spool::in_hand(spool.path());
  // Not every kernel and file system tells.
  if (found.empty()) GTEST_SKIP();
  EXPECT_TRUE(found.contains(info.st_ino));
}

}  // namespace
}  // namespace in_hand_test

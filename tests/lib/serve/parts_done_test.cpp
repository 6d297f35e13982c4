#include "serve/parts_done.hpp"

#include <gtest/gtest.h>

#include "peer.hpp"

namespace parts_done_test {
namespace {

using Parts = std::vector<std::string>;

TEST(PartsDone, WhatIsNotedIsFound) {
  const Queued queued;
  EXPECT_EQ(serve::parts_done(queued.message, "bob"), Parts());
  Parts many;
  for (int i = 0; i < 100; ++i) many.push_back("00000000000000" + std::to_string(10 + i % 90));
  const auto before =
      std::filesystem::file_size("/proc/self/fd/" + std::to_string(queued.message.file.get()));
  ASSERT_TRUE(serve::reserve_notes(queued.message));
  EXPECT_EQ(std::filesystem::file_size("/proc/self/fd/" + std::to_string(queued.message.file.get())), before);
  ASSERT_TRUE(serve::note_parts(queued.message, "bob", many));
  ASSERT_TRUE(spool::Queue::note(queued.message, "1 bob deferred 4.3.0 no"));
  ASSERT_TRUE(serve::note_parts(queued.message, "bob", {"aa"}));
  ASSERT_TRUE(serve::note_parts(queued.message, "carol", {"bb"}));
  many.push_back("aa");
  EXPECT_EQ(serve::parts_done(queued.message, "bob"), many);
  EXPECT_EQ(serve::parts_done(queued.message, "carol"), Parts{"bb"});
  EXPECT_EQ(serve::parts_done(queued.message, "bo"), Parts());
}

TEST(PartsDone, NothingIsForgottenBehindWhatIsNotedOfOthers) {
  const Queued queued;
  std::string many;
  while (many.size() < 3 << 20) many += "1 user@other.test deferred 4.4.1 " + std::string(900, 'x') + "\n";
  ASSERT_TRUE(fs::write_all_at(queued.message.file.get(), many, 4096));
  ASSERT_TRUE(serve::note_parts(queued.message, "bob", {"aa"}));
  ASSERT_TRUE(spool::Queue::note(queued.message, "1 bob deferred 4.3.0 no"));
  EXPECT_EQ(serve::parts_done(queued.message, "bob"), Parts{"aa"});
}

TEST(PartsDone, HalfALineOfAFullDiskSwallowsNothing) {
  const Queued queued;
  ASSERT_TRUE(spool::Queue::note(queued.message, "1 carol deferred 4.3.0 no"));
  const auto size = std::filesystem::file_size("/proc/self/fd/" + std::to_string(queued.message.file.get()));
  ASSERT_EQ(ftruncate(queued.message.file.get(), static_cast<off_t>(size) - 4), 0);
  ASSERT_TRUE(serve::note_parts(queued.message, "bob", {"aa"}));
  EXPECT_EQ(serve::parts_done(queued.message, "bob"), Parts{"aa"});
}

TEST(PartsDone, ReasonsOfOthersAreNoParts) {
  const char* rows[] = {"1 bob deferred 4.3.0 x part aa",
                        "bob part aa",
                        "1 bob@x part aa",
                        "1  bob part aa",
                        "x1 bob part aa",
                        "1 bob partaa",
                        "1 bob part",
                        ""};
  for (const auto* row : rows) EXPECT_EQ(serve::parse_parts(row, "bob"), Parts()) << row;
  EXPECT_EQ(serve::parse_parts("\n-- end 1 2\n1 bob part aa bb\n2 bob part cc", "bob"),
            (Parts{"aa", "bb", "cc"}));
}

}  // namespace
}  // namespace parts_done_test

#include "serve/full_mailboxes.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "serve/clock.hpp"
#include "talk.hpp"

namespace full_mailboxes_test {
namespace {

serve::FullMailboxes load(const std::string& spool, const std::vector<std::string>& given = {}) {
  static constexpr std::string_view keys[] = {"spool", "refuse-full", "retry", "quota", "over-quota"};
  std::vector<std::string> words = {"--config=/dev/null", "--spool=" + spool, "--quota=1000"};
  words.insert(words.end(), given.begin(), given.end());
  const auto options = proc::parse({"test", "", "", "", {}, keys}, words).value();
  return serve::FullMailboxes::load(options).value();
}

std::string reply(const serve::FullMailboxes& full, std::uint64_t after = 0, std::uint64_t size = 0,
                  const std::string& user = "bob", const std::string& quota = "") {
  const auto out = full.refusal(user, {1, 1, "/b", quota}, size, serve::now_seconds() + after);
  return out ? std::to_string(out->code) + " " + out->enhanced : "-";
}

TEST(FullMailboxes, NamesThatWouldBeOtherPlacesHaveNoFile) {
  for (const std::string good : {"bob", "bob.b", "b b", "j\xc3\xb6rg", "-x"})
    EXPECT_EQ(serve::name_of_full(good), good);
  for (const std::string& bad :
       {std::string(), std::string("."), std::string(".."), std::string(".bob"), std::string("../bob"),
        std::string("a/b"), std::string("a\nb"), std::string("a\0b", 3), std::string(201, 'a')}) {
    EXPECT_FALSE(serve::name_of_full(bad)) << bad;
    const Directory spool;
    EXPECT_TRUE(serve::note_full(spool.path(), bad));
    EXPECT_TRUE(serve::note_room(spool.path(), bad));
    EXPECT_FALSE(std::filesystem::exists(spool.path() + "/full")) << bad;
  }
}

TEST(FullMailboxes, AMailboxThatWasFullIsRefusedForAWhile) {
  const Directory spool;
  const auto full = load(spool.path());
  EXPECT_EQ(reply(full), "-");
  EXPECT_TRUE(serve::note_room(spool.path(), "bob"));
  ASSERT_TRUE(serve::note_full(spool.path(), "bob"));
  struct stat info = {};
  ASSERT_EQ(stat((spool.path() + "/full").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0710u);
  EXPECT_EQ(reply(full, 1), "452 4.2.2");
  EXPECT_EQ(reply(full, 1, 0, "alice"), "-");
  EXPECT_EQ(reply(full, 1798), "452 4.2.2");
  EXPECT_EQ(reply(full, 1801), "-");
  EXPECT_EQ(reply(load(spool.path(), {"--retry=600"}), 700), "-");
  EXPECT_EQ(reply(load(spool.path(), {"--over-quota=bounce"}), 1), "552 5.2.2");
  EXPECT_EQ(reply(load(spool.path(), {"--refuse-full=no"}), 1, 5000), "-");
  // Once more makes it young; a wrong clock's time is none.
  const timespec old[] = {{1, 0}, {1, 0}};
  const timespec yet[] = {{9'000'000'000, 0}, {9'000'000'000, 0}};
  const auto file = spool.path() + "/full/bob";
  ASSERT_EQ(utimensat(AT_FDCWD, file.c_str(), yet, 0), 0);
  EXPECT_EQ(reply(full, 1), "-");
  ASSERT_EQ(utimensat(AT_FDCWD, file.c_str(), old, 0), 0);
  EXPECT_EQ(reply(full, 1), "-");
  ASSERT_TRUE(serve::note_full(spool.path(), "bob"));
  EXPECT_EQ(reply(full, 1), "452 4.2.2");
  ASSERT_TRUE(serve::note_room(spool.path(), "bob"));
  EXPECT_EQ(reply(full, 1), "-");
}

TEST(FullMailboxes, WhatIsLargerThanAllOfItNeverFits) {
  const Directory spool;
  const auto full = load(spool.path());
  EXPECT_EQ(reply(full, 0, 1000), "-");
  EXPECT_EQ(reply(full, 0, 1001), "552 5.2.3");
  EXPECT_EQ(reply(full, 0, 1001, "bob", "2000"), "-");
  EXPECT_EQ(reply(full, 0, 2001, "bob", "2000"), "552 5.2.3");
  EXPECT_EQ(reply(full, 0, 2001, "bob", "0,5"), "-");
}

TEST(FullMailboxes, ALinkIsNotFollowed) {
  const Directory spool;
  std::filesystem::create_directory(spool.path() + "/full");
  std::filesystem::create_symlink(spool.path() + "/else", spool.path() + "/full/bob");
  EXPECT_FALSE(serve::note_full(spool.path(), "bob"));
  EXPECT_FALSE(std::filesystem::exists(spool.path() + "/else"));
}

}  // namespace
}  // namespace full_mailboxes_test

#include "fs/replace_file.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "fs/fd.hpp"

namespace replace_file_test {
namespace {

using fs::Durability;

struct Site {
  std::string path = "/tmp/replace-file.XXXXXX";
  Site() { EXPECT_NE(mkdtemp(path.data()), nullptr); }
  ~Site() { std::filesystem::remove_all(path); }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;
  std::string at(const std::string& name) const { return path + "/" + name; }
};

TEST(ReplaceFile, TheNewOneTakesTheNameWhole) {
  const Site site;
  std::ofstream(site.at("a")) << "old and longer than the new";
  for (const auto durability : {Durability::none, Durability::full}) {
    // What a crash has left is in nobody's way, and a link there leads nowhere.
    std::filesystem::create_symlink("elsewhere", site.at("next"));
    ASSERT_TRUE(fs::replace_file(site.at("next"), site.at("a"), {"one ", "two"}, durability));
    EXPECT_EQ(fs::read_all(site.at("a"), 100).value(), "one two");
    EXPECT_FALSE(std::filesystem::exists(site.at("next")));
    EXPECT_FALSE(std::filesystem::exists(site.at("elsewhere")));
    EXPECT_EQ(std::filesystem::status(site.at("a")).permissions(), std::filesystem::perms(0600));
  }
  ASSERT_TRUE(fs::replace_file(site.at("next"), site.at("a"), {}, Durability::none, 0400));
  EXPECT_EQ(std::filesystem::status(site.at("a")).permissions(), std::filesystem::perms(0400));
}

TEST(ReplaceFile, AfterAnErrorTheOldOneStays) {
  const Site site;
  std::filesystem::create_directory(site.at("a"));
  EXPECT_FALSE(fs::replace_file(site.at("next"), site.at("a"), {"x"}, Durability::none));
  EXPECT_FALSE(std::filesystem::exists(site.at("next")));
  EXPECT_TRUE(std::filesystem::is_directory(site.at("a")));
  EXPECT_FALSE(fs::replace_file(site.at("none/next"), site.at("b"), {"x"}, Durability::full));
}

TEST(ReplaceFile, WhoseOwnerAndModeStay) {
  const Site site;
  EXPECT_FALSE(fs::replace_text(site.at("next"), site.at("a"), "x"));
  std::ofstream(site.at("a")) << "old";
  if (geteuid() == 0) {
    ASSERT_EQ(chown(site.at("a").c_str(), 65534, 65533), 0);
  }
  ASSERT_EQ(chmod(site.at("a").c_str(), 0640), 0);
  struct stat before = {}, after = {};
  ASSERT_EQ(stat(site.at("a").c_str(), &before), 0);
  std::filesystem::create_symlink("elsewhere", site.at("next"));
  ASSERT_TRUE(fs::replace_text(site.at("next"), site.at("a"), "new"));
  EXPECT_EQ(fs::read_all(site.at("a"), 100).value(), "new");
  ASSERT_EQ(stat(site.at("a").c_str(), &after), 0);
  EXPECT_EQ(after.st_uid, before.st_uid);
  EXPECT_EQ(after.st_gid, before.st_gid);
  EXPECT_EQ(after.st_mode, before.st_mode);
  EXPECT_FALSE(std::filesystem::exists(site.at("next")));
}

}  // namespace
}  // namespace replace_file_test

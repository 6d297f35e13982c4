#include "maildir/scan.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace {

TEST(Scan, FollowsAMessageThatIsRenamed) {
  std::string path = "/tmp/scan.XXXXXX";
  ASSERT_NE(mkdtemp(path.data()), nullptr);
  EXPECT_TRUE(maildir::scan(path).value().empty());
  for (const char* folder : {"/new", "/cur"}) std::filesystem::create_directory(path + folder);
  std::ofstream(path + "/new/2.b") << "two";
  std::ofstream(path + "/cur/1.a:2,S") << "one";
  std::ofstream(path + "/cur/.hidden") << "no";
  const auto items = maildir::scan(path).value();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].base, "1.a");
  EXPECT_EQ(items[1].base, "2.b");
  std::filesystem::rename(path + "/new/2.b", path + "/cur/2.b:2,RS");
  const auto file = maildir::open(path, items[1]);
  ASSERT_TRUE(file);
  EXPECT_EQ(fs::read_at(file->get(), 0, 3).value(), "two");
  EXPECT_TRUE(maildir::remove(path, items[1]));
  EXPECT_TRUE(maildir::remove(path, items[1]));
  EXPECT_EQ(maildir::open(path, items[1]).error().code, base::Exit::no_input);
  EXPECT_EQ(maildir::scan(path).value().size(), 1U);
  std::filesystem::remove_all(path);
}

TEST(Scan, UniqueIdsFitPop3) {
  EXPECT_EQ(maildir::unique_id("1.M2P3.host"), "1.M2P3.host");
  const std::string a(100, 'x');
  EXPECT_LE(maildir::unique_id(a).size(), 70U);
  EXPECT_NE(maildir::unique_id(a), maildir::unique_id(a + "y"));
  EXPECT_EQ(maildir::unique_id("a b").find(' '), std::string::npos);
}

}  // namespace

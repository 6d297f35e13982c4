#include "maildir/entry.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <set>

#include "maildir/listing.hpp"
#include "temporary.hpp"

namespace entry_test {
namespace {

/// One message and everything else that a directory can hold.
struct Site : Temporary {
  Site() {
    put("cur/mail:2,S");
    put("elsewhere");
    EXPECT_EQ(mkfifo((box() + "/cur/fifo").c_str(), 0600), 0);
    EXPECT_EQ(symlink((box() + "/elsewhere").c_str(), (box() + "/cur/link").c_str()), 0);
    std::filesystem::create_directory(box() + "/cur/directory");
    put("cur/.hidden");
    put("cur/:2,S");  // flags of nothing
  }
};

std::set<std::string> messages(const std::string& path, bool type_unknown) {
  std::set<std::string> out;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
  while (const dirent* item = readdir(directory.get())) {
    dirent seen = *item;
    if (type_unknown) seen.d_type = DT_UNKNOWN;
    if (maildir::is_message(directory.get(), seen)) out.insert(seen.d_name);
  }
  return out;
}

TEST(Entry, OnlyARegularFileIsAMessage) {
  const Site site;
  const std::set<std::string> expected = {"mail:2,S"};
  EXPECT_EQ(messages(site.box() + "/cur", false), expected);
  EXPECT_EQ(messages(site.box() + "/cur", true), expected);
  EXPECT_EQ(maildir::list(site.box(), 1).value().files.size(), 1u);
}

TEST(Entry, AFifoIsNotWaitedFor) {
  const Site site;
  EXPECT_TRUE(maildir::open_file(site.box() + "/cur/mail:2,S"));
  EXPECT_EQ(maildir::open_file(site.box() + "/cur/fifo").error().code, base::Exit::data);
  EXPECT_EQ(maildir::open_file(site.box() + "/cur/directory").error().code, base::Exit::data);
  EXPECT_FALSE(maildir::open_file(site.box() + "/cur/link"));
  EXPECT_EQ(maildir::open_file(site.box() + "/cur/none").error().code, base::Exit::no_input);
}

TEST(Entry, NothingButAPlainFileIsRead) {
  const Site site;
  EXPECT_EQ(maildir::read_file(site.box() + "/cur/mail:2,S", 1000).value(), "Subject: x\n\nx\n");
  EXPECT_EQ(maildir::read_file(site.box() + "/cur/mail:2,S", 14).value().size(), 14u);
  EXPECT_EQ(maildir::read_file(site.box() + "/cur/mail:2,S", 13).error().code, base::Exit::data);
  EXPECT_EQ(maildir::read_file(site.box() + "/cur/fifo", 1000).error().code, base::Exit::data);
  EXPECT_FALSE(maildir::read_file(site.box() + "/cur/link", 1000));
  EXPECT_EQ(maildir::read_file(site.box() + "/cur/none", 1000).error().code, base::Exit::no_input);
}

}  // namespace
}  // namespace entry_test

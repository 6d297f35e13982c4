#include "fs/plain_file.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace plain_file_test {
namespace {

class PlainFile : public testing::Test {
 protected:
  PlainFile() { close(mkstemp(path_.data())); }
  ~PlainFile() override { unlink(path_.c_str()); }
  std::string path_ = "/tmp/plain_file.XXXXXX";
};

TEST_F(PlainFile, IsReadAsFarAsItMayBe) {
  EXPECT_EQ(fs::read_plain(path_, 0).value(), "");
  std::ofstream(path_) << "text";
  EXPECT_EQ(fs::read_plain(path_, 4).value(), "text");
  EXPECT_EQ(fs::read_plain(path_, 3).error().code, base::Exit::data);
  EXPECT_EQ(fs::read_plain(path_ + ".none", 4).error().code, base::Exit::no_input);
}

TEST_F(PlainFile, IsNotReadWhereItIsOpenToTheWrongOnes) {
  const struct {
    mode_t mode;
    mode_t never;
    const char* wrong;  // nullptr: nothing
  } rows[] = {{0604, S_IROTH, "everybody may read it"},
              {0640, S_IROTH, nullptr},
              {0602, S_IRWXO, "everybody may write to it"},
              {0640, S_IRWXG | S_IRWXO, "others than its owner may read it"},
              {0600, S_IRWXG | S_IRWXO, nullptr},
              {0620, S_IWGRP | S_IWOTH, "others than its owner may write to it"},
              {0622, S_IWGRP | S_IWOTH, "everybody may write to it"},
              {0644, S_IWGRP | S_IWOTH, nullptr},
              {0666, 0, nullptr}};
  for (const auto& row : rows) {
    chmod(path_.c_str(), row.mode);
    const auto text = fs::read_plain(path_, 4, row.never);
    ASSERT_EQ(bool(text), row.wrong == nullptr) << row.mode;
    if (text) continue;
    EXPECT_EQ(text.error().code, base::Exit::configuration);
    EXPECT_EQ(text.error().what, path_ + ": " + row.wrong);
  }
}

TEST_F(PlainFile, NothingElseIsWaitedFor) {
  unlink(path_.c_str());
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(fs::read_plain(path_, 4).error().code, base::Exit::data);
  EXPECT_EQ(fs::read_plain("/", 4).error().code, base::Exit::data);
}

TEST_F(PlainFile, WhatEverybodyMayWriteSaysNothingHere) {
  std::ofstream(path_) << "text";
  chmod(path_.c_str(), 0664);
  EXPECT_EQ(fs::read_trusted(path_, 4).value(), "text");
  chmod(path_.c_str(), 0646);
  EXPECT_EQ(fs::read_trusted(path_, 4).error().what, path_ + ": everybody may write to it");
  EXPECT_EQ(fs::read_trusted("/dev/null", 4).value(), "");
  EXPECT_EQ(fs::read_trusted("/dev/zero", 4).error().code, base::Exit::configuration);
  EXPECT_EQ(fs::read_trusted(path_ + ".none", 4).error().code, base::Exit::no_input);
}

}  // namespace
}  // namespace plain_file_test

#include "serve/reply_record.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "talk.hpp"

namespace reply_record_test {
namespace {

TEST(ReplyRecord, KeepsWhatWasSaved) {
  const Directory directory;
  const auto path = directory.path() + "/record";
  {
    auto record = serve::ReplyRecord::open(path).value();
    record.memory().add("a@b.test", 100, 10);
    ASSERT_TRUE(record.save());
  }
  EXPECT_TRUE(serve::ReplyRecord::open(path).value().memory().knows("a@b.test", 105, 10));
  EXPECT_EQ(fs::read_all(path, 100).value(), "100 a@b.test\n");
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST(ReplyRecord, WhatIsSentIsNotedFirstAndWhatIsNotSentIsNot) {
  const Directory directory;
  const auto path = directory.path() + "/record";
  auto record = serve::ReplyRecord::open(path).value();
  const auto text = [&] { return fs::read_all(path, 100).value(); };
  EXPECT_FALSE(record.send_once("a@b.test", 100, 10, [&]() -> base::Result<void> {
    EXPECT_EQ(text(), "100 a@b.test\n");
    return base::fail(base::Exit::temporary, "no");
  }));
  EXPECT_EQ(text(), "");
  EXPECT_TRUE(record.send_once("a@b.test", 100, 10, [] { return base::Result<void>(); }));
  EXPECT_EQ(text(), "100 a@b.test\n");
  std::filesystem::create_directory(path + ".new");
  EXPECT_FALSE(record.send_once("c@d.test", 100, 10, [] {
    ADD_FAILURE() << "sent";
    return base::Result<void>();
  }));
}

TEST(ReplyRecord, WhatCannotBeReadOrWrittenIsSaid) {
  const Directory directory;
  const auto path = directory.path() + "/record";
  EXPECT_FALSE(serve::ReplyRecord::open(directory.path() + "/none/record"));
  std::ofstream(path) << std::string(serve::ReplyMemory::size_limit + 1, 'x');
  EXPECT_EQ(serve::ReplyRecord::open(path).error().code, base::Exit::data);
  std::filesystem::remove(path);
  auto record = serve::ReplyRecord::open(path).value();
  std::filesystem::create_symlink("elsewhere", path + ".new");
  EXPECT_TRUE(record.save());
  EXPECT_FALSE(std::filesystem::exists(directory.path() + "/elsewhere"));
  EXPECT_TRUE(std::filesystem::is_regular_file(std::filesystem::symlink_status(path)));
}

}  // namespace
}  // namespace reply_record_test

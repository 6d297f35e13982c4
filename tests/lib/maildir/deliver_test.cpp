#include "maildir/deliver.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

namespace deliver_test {
namespace {

std::size_t count(const std::string& path) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), {}));
}

TEST(Delivery, IsInNewAfterCommitAndNowhereWithout) {
  std::string path = "/tmp/maildir.XXXXXX";
  ASSERT_NE(mkdtemp(path.data()), nullptr);
  const std::string box = path + "/Maildir";
  {
    auto delivery = maildir::Delivery::create(box, "one").value();
    ASSERT_TRUE(delivery.write("text\n"));
    EXPECT_EQ(count(box + "/tmp"), 1U);
    EXPECT_FALSE(maildir::Delivery::create(box, "one"));
  }
  EXPECT_EQ(count(box + "/tmp"), 0U);
  {
    auto delivery = maildir::Delivery::create(box, "two").value();
    ASSERT_TRUE(delivery.write("text\n"));
    ASSERT_TRUE(delivery.commit());
  }
  EXPECT_EQ(count(box + "/tmp"), 0U);
  EXPECT_EQ(fs::read_all(box + "/new/two,S=5,W=6", 100).value(), "text\n");
  std::filesystem::remove_all(path);
}

TEST(Delivery, WhatAPersonHasRemovedOfTheMaildirIsMade) {
  std::string path = "/tmp/maildir.XXXXXX";
  ASSERT_NE(mkdtemp(path.data()), nullptr);
  for (const char* gone : {"", "/tmp", "/new"}) {
    ASSERT_TRUE(maildir::make(path + "/Maildir"));
    std::filesystem::remove_all(path + "/Maildir" + gone);
    auto delivery =
        maildir::Delivery::create(path + "/Maildir", std::string("one") + &gone[*gone != 0]).value();
    ASSERT_TRUE(delivery.write("text\n"));
    ASSERT_TRUE(delivery.commit()) << gone;
  }
  EXPECT_EQ(count(path + "/Maildir/new"), 1U);
  std::filesystem::remove_all(path);
}

TEST(Delivery, IntoAFolderThatIsGoneDoesNotBringItBack) {
  std::string path = "/tmp/maildir.XXXXXX";
  ASSERT_NE(mkdtemp(path.data()), nullptr);
  EXPECT_EQ(maildir::Delivery::begin(path + "/.gone", "one").error().code, base::Exit::no_input);
  EXPECT_EQ(count(path), 0U);
  std::filesystem::remove_all(path);
}

TEST(Delivery, CompletingAFolderMakesNone) {
  std::string path = "/tmp/maildir.XXXXXX";
  ASSERT_NE(mkdtemp(path.data()), nullptr);
  EXPECT_EQ(maildir::complete(path + "/none").error().code, base::Exit::no_input);
  EXPECT_EQ(count(path), 0U);
  EXPECT_TRUE(maildir::complete(path));
  EXPECT_TRUE(maildir::complete(path));
  EXPECT_EQ(count(path), 3U);
  std::filesystem::remove_all(path);
}

TEST(Delivery, NamesAreSafe) {
  EXPECT_EQ(maildir::unique_name(1'700'000'000'000'042, 7, 1, 9, "a/b:c"), "1700000000.M000042P7Q1R9.a_b_c");
}

TEST(Delivery, NamesAreInTheOrderOfTheirTimes) {
  const std::uint64_t second = 1'700'000'000'000'000;
  std::string before;
  for (const std::uint64_t fraction : {0U, 9U, 98'765U, 123'456U, 999'999U, 1'000'000U}) {
    const auto name = maildir::unique_name(second + fraction, 7, 1, 9, "mx");
    EXPECT_LT(before, name);
    before = name;
  }
}

}  // namespace
}  // namespace deliver_test

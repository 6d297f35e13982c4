#include "maildir/quota.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "fs/fd.hpp"
#include "temporary.hpp"

namespace quota_test {
namespace {

using maildir::Quota;
using maildir::Room;

TEST(Quota, IsReadAsPeopleAndProgramsWriteIt) {
  const struct {
    const char* text;
    Quota wanted;
  } rows[] = {{"", {}},
              {"0", {}},
              {"1500", {1500, 0}},
              {"2k", {2048, 0}},
              {"1G,5000", {1 << 30, 5000}},
              {" 0 , 7 ", {0, 7}},
              {"1000S,10C", {1000, 10}},
              {"10C", {0, 10}},
              {"10C,1000S", {1000, 10}}};
  for (const auto& row : rows) EXPECT_EQ(maildir::parse_quota(row.text).value(), row.wanted) << row.text;
  for (const char* bad : {"x", "1Q", "1G5", "-1", "1,,2", "1,2k", "99999999999999999999", "9999999999T",
                          "1 2", "1,2,3", "1S,2S", "10C,20C", "10C,20", "1,2S", "1,", ","})
    EXPECT_EQ(maildir::parse_quota(bad).error().code, base::Exit::configuration) << bad;
  EXPECT_EQ(maildir::to_string({1000, 10}), "1000S,10C");
  EXPECT_EQ(maildir::to_string({0, 10}), "10C");
}

TEST(Quota, SumsOfAMaildirsize) {
  const Quota quota = {1000, 0};
  const auto usage = maildir::parse_usage("1000S\n10 1\n-4 -1\n 7 1\n", quota).value();
  EXPECT_EQ(usage.octets, 13u);
  EXPECT_EQ(usage.messages, 1u);
  for (const char* bad : {"", "1000S", "1000S\n", "999S\n1 1\n", "1000S\n1 1", "1000S\n1\n", "1000S\n1 1 1\n",
                          "1000S\nx y\n", "1000S\n-5 1\n", "1000S\n--5 1\n", "1000S\n1 1\n\n"})
    EXPECT_FALSE(maildir::parse_usage(bad, quota)) << bad;
}

struct Box {
  void put(const std::string& name, std::size_t size) const {
    std::ofstream(path + "/" + name) << std::string(size, 'x');
  }
  std::string sums() const {
    const auto text = fs::read_all(path + "/maildirsize", 10'000);
    return text ? *text : "";
  }
  Temporary directory;
  std::string path = directory.box();
};

TEST(Quota, IsCountedWhereNobodyHasCounted) {
  const Box box;
  box.put("new/1,S=400", 1);
  box.put("cur/2:2,S", 300);
  box.put("cur/3:2,ST", 900);
  EXPECT_EQ(maildir::room_for(box.path, {1000, 0}, 300, 1'000'000'000).value(), Room::enough);
  EXPECT_EQ(box.sums(), "1000S\n700 2\n");
  maildir::count_in(box.path, 300);
  EXPECT_EQ(box.sums(), "1000S\n700 2\n300 1\n");
  EXPECT_EQ(maildir::room_for(box.path, {1000, 0}, 1001, 1).value(), Room::never);
  EXPECT_EQ(maildir::room_for(box.path, {}, 1001, 1).value(), Room::enough);
  EXPECT_TRUE(std::filesystem::is_empty(box.path + "/tmp"));
}

TEST(Quota, WhatWasRemovedIsTakenOff) {
  const Box box;
  maildir::count_out(box.path, 300, 1);
  EXPECT_FALSE(std::filesystem::exists(box.path + "/maildirsize")) << "nobody counts here";
  std::ofstream(box.path + "/maildirsize") << "1000S\n900 2\n";
  maildir::count_out(box.path, 0, 0);
  maildir::count_out(box.path, 300, 1);
  EXPECT_EQ(box.sums(), "1000S\n900 2\n-300 -1\n");
  EXPECT_EQ(maildir::parse_usage(box.sums(), {1000, 0}).value().octets, 600u);
  box.put("cur/1,S=400:2,S", 1);
  box.put("cur/2:2,S", 30);
  box.put("cur/3:2,ST", 30);
  EXPECT_EQ(maildir::counted_size(box.path + "/cur/1,S=400:2,S"), 400u);
  EXPECT_EQ(maildir::counted_size(box.path + "/cur/2:2,S"), 30u);
  EXPECT_EQ(maildir::counted_size(box.path + "/cur/3:2,ST"), 0u);
  EXPECT_EQ(maildir::counted_size(box.path + "/cur/4"), 0u);
}

TEST(Quota, SeveralMessagesAreAskedForAtOnceAndWhatHasRoomIsNotCounted) {
  const Box box;
  const std::string sums = "1000S,5C\n100 2\n50 1\n";
  std::ofstream(box.path + "/maildirsize") << sums;
  EXPECT_EQ(maildir::room_for(box.path, {1000, 5}, 800, 1, 2).value(), Room::enough);
  EXPECT_EQ(box.sums(), sums);
  box.put("new/1", 100);
  EXPECT_EQ(maildir::room_for(box.path, {1000, 5}, 800, 1, 5).value(), Room::full);
  EXPECT_EQ(maildir::room_for(box.path, {1000, 5}, 901, 1, 2).value(), Room::full);
  EXPECT_EQ(maildir::room_for(box.path, {1000, 1}, 900, 1, 0).value(), Room::enough);
}

TEST(Quota, BeforeItSaysNoItCountsAgain) {
  const Box box;
  std::ofstream(box.path + "/maildirsize") << "1000S\n900 1\n50 1\n";
  EXPECT_EQ(maildir::room_for(box.path, {1000, 0}, 100, 1).value(), Room::enough);
  EXPECT_EQ(box.sums(), "1000S\n0 0\n");
  box.put("new/1", 950);
  EXPECT_EQ(maildir::room_for(box.path, {1000, 0}, 100, 1).value(), Room::enough)
      << "nobody has counted it in";
  maildir::count_in(box.path, 950);
  EXPECT_EQ(maildir::room_for(box.path, {1000, 0}, 100, 1).value(), Room::full);
  EXPECT_EQ(box.sums(), "1000S\n950 1\n");
  std::filesystem::remove(box.path + "/new/1");
  EXPECT_EQ(maildir::room_for(box.path, {1000, 0}, 100, 1).value(), Room::enough);
}

}  // namespace
}  // namespace quota_test

#include "net/greylist_record.hpp"

#include <gtest/gtest.h>

namespace greylist_record_test {
namespace {

const std::string key = "0123456789abcdef0123";

TEST(GreylistRecord, GoesThereAndBack) {
  const net::GreylistRecord record = {1'763'733'600, 1'763'733'900, 7, key,
                                      "192.0.2.0/24 a@b.test > bob@c.test"};
  const auto text = to_text(record);
  EXPECT_EQ(text.size(), net::greylist_record_size);
  EXPECT_TRUE(
      text.starts_with("1763733600 1763733900 00007 " + key + " 192.0.2.0/24 a@b.test > bob@c.test  "));
  EXPECT_EQ(net::parse_greylist_record(text), record);
}

TEST(GreylistRecord, WhateverItIsAboutItIsOneLine) {
  for (const std::string& about : {std::string(300, 'x'), std::string("a\nb\x1b\x7f"),
                                   std::string("\xC3\xA4\xFF"), std::string(), std::string(300, '\n')}) {
    const auto text = net::to_text({1, 2, 1'000'000, key, about});
    EXPECT_EQ(text.size(), net::greylist_record_size);
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    const auto back = net::parse_greylist_record(text);
    ASSERT_TRUE(back) << text;
    EXPECT_EQ(back->key, key);
    EXPECT_EQ(back->passes, 99'999U);
    EXPECT_EQ(to_text(*back).size(), text.size());
  }
}

TEST(GreylistRecord, BrokenOnesAreNone) {
  const auto good = net::to_text({5, 6, 0, key, "x"});
  ASSERT_TRUE(net::parse_greylist_record(good));
  EXPECT_FALSE(net::parse_greylist_record(""));
  EXPECT_FALSE(net::parse_greylist_record(good.substr(1)));
  EXPECT_FALSE(net::parse_greylist_record(good + "\n"));
  EXPECT_FALSE(net::parse_greylist_record(std::string(net::greylist_record_size, '\0')));
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{9}, std::size_t{10}, std::size_t{21}, std::size_t{24}, std::size_t{27},
        std::size_t{30}, std::size_t{48}, net::greylist_record_size - 1}) {
    auto bad = good;
    bad[at] = '!';
    EXPECT_FALSE(net::parse_greylist_record(bad)) << at;
  }
  EXPECT_FALSE(net::parse_greylist_record(net::to_text({7, 6, 0, key, "x"})));
}

TEST(GreylistRecord, Networks) {
  EXPECT_EQ(net::source_network("192.0.2.77"), "192.0.2.0/24");
  EXPECT_EQ(net::source_network("::ffff:192.0.2.77"), "192.0.2.0/24");
  EXPECT_EQ(net::source_network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(net::source_network("unknown"), "unknown");
}

}  // namespace
}  // namespace greylist_record_test

#include "serve/pop3_sizes.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "talk.hpp"

namespace pop3_sizes_test {
namespace {

using serve::Sizes;

TEST(Pop3Sizes, ComeBackAsTheyWereAndDamageIsFound) {
  const Sizes sizes = {{"1.a", 10}, {"2 b,S=1", 0}, {"3.c", UINT64_MAX}};
  const auto text = serve::format_sizes(sizes);
  EXPECT_EQ(serve::parse_sizes(text), sizes);
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_TRUE(serve::parse_sizes(text.substr(0, i)).empty()) << i;
    auto damaged = text;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_TRUE(serve::parse_sizes(damaged).empty()) << i;
  }
  EXPECT_EQ(serve::parse_sizes(serve::format_sizes({{"a\nb", 1}, {"c", 2}})), (Sizes{{"c", 2}}));
}

TEST(Pop3Sizes, WhatIsGoneIsForgottenAndWhatIsNewIsAdded) {
  const Directory directory;
  const auto maildir = directory.path();
  std::filesystem::create_directory(maildir + "/tmp");
  {
    serve::Pop3Sizes first(maildir);
    for (const char* base : {"1", "2", "3"}) {
      EXPECT_FALSE(first.find(base));
      first.add(base, 7);
    }
    first.keep();
  }
  serve::Pop3Sizes second(maildir);
  EXPECT_FALSE(second.find("0"));
  second.add("0", 9);
  EXPECT_EQ(second.find("2"), 7u);
  second.keep();
  serve::Pop3Sizes third(maildir);
  EXPECT_EQ(third.find("0"), 9u);
  EXPECT_FALSE(third.find("1"));
  EXPECT_EQ(third.find("2"), 7u);
  EXPECT_FALSE(third.find("3"));
  EXPECT_TRUE(std::filesystem::is_empty(maildir + "/tmp"));
}

}  // namespace
}  // namespace pop3_sizes_test

#include "base/lines.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lines_test {
namespace {

TEST(Lines, EachIsTakenWithItsEnd) {
  std::string_view text = "one\n\nthree";
  EXPECT_EQ(base::take_line(text), "one");
  EXPECT_EQ(base::take_line(text), "");
  EXPECT_EQ(text, "three");
  EXPECT_EQ(base::take_line(text), "three");
  EXPECT_EQ(text, "");
  EXPECT_EQ(base::take_line(text), "");
}

TEST(Lines, WordByWord) {
  std::string_view text = "  one\t two  three  ";
  EXPECT_EQ(base::take_word(text), "one");
  EXPECT_EQ(text, "two  three");
  EXPECT_EQ(base::take_word(text), "two");
  EXPECT_EQ(base::take_word(text), "three");
  EXPECT_EQ(base::take_word(text), "");
}

TEST(Lines, PartsMayBeEmpty) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(base::split("a::b:", ':'), (Parts{"a", "", "b", ""}));
  EXPECT_EQ(base::split("a", ':'), Parts{"a"});
  EXPECT_EQ(base::split("", ':'), Parts{""});
}

TEST(Lines, WhatSaysNothingIsPassedOver) {
  std::vector<std::string> seen;
  const auto done = base::each_entry("# no\n\n \t one two \r\n  # nor this\nlast # is text", "file",
                                     base::Exit::data, [&](std::string_view line) -> base::Result<void> {
                                       seen.emplace_back(line);
                                       return {};
                                     });
  EXPECT_TRUE(done);
  EXPECT_EQ(seen, (std::vector<std::string>{"one two", "last # is text"}));
}

TEST(Lines, AFileEndsWithItsLastLine) {
  EXPECT_TRUE(base::check_whole("", "file"));
  EXPECT_TRUE(base::check_whole("one\ntwo\n", "file"));
  for (const char* text : {"one\ntw", "\xEF\xBB\xBFone\n", "\xEF\xBB\xBF"})
    EXPECT_EQ(base::check_whole(text, "file").error().code, base::Exit::configuration);
}

TEST(Lines, TheFirstErrorNamesFileAndLine) {
  std::size_t calls = 0;
  const auto done = base::each_entry("good\n#\nbad\nworse\n", "some/file", base::Exit::configuration,
                                     [&](std::string_view line) -> base::Result<void> {
                                       ++calls;
                                       if (line == "good") return {};
                                       return base::fail(base::Exit::data, "is " + std::string(line));
                                     });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), base::fail(base::Exit::configuration, "some/file:3: is bad"));
  EXPECT_EQ(calls, 2U);
}

}  // namespace
}  // namespace lines_test

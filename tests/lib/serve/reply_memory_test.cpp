#include "serve/reply_memory.hpp"

#include <gtest/gtest.h>

namespace reply_memory_test {
namespace {

TEST(ReplyMemory, KnowsWhomItHasAnswered) {
  auto memory = serve::ReplyMemory::parse("100 a@b.test\n# note\nx y\n 300  C@d.test \n200 a@b.test\n500\n");
  EXPECT_EQ(memory.text(), "200 a@b.test\n300 c@d.test\n");
  EXPECT_TRUE(memory.knows("A@B.test", 250, 100));
  EXPECT_FALSE(memory.knows("a@b.test", 300, 100));
  EXPECT_FALSE(memory.knows("x@b.test", 250, 100));
  // A clock that went back answers nobody twice.
  EXPECT_TRUE(memory.knows("a@b.test", 50, 100));
  memory.add("E@f.test", 350, 100);
  EXPECT_EQ(memory.text(), "300 c@d.test\n350 e@f.test\n");
}

TEST(ReplyMemory, ForgetsTheOldestOfTooMany) {
  serve::ReplyMemory memory;
  for (std::size_t i = 0; i < serve::ReplyMemory::most + 2; ++i)
    memory.add("a" + std::to_string(i) + "@b.test", 1000 + i, 1'000'000);
  const auto text = memory.text();
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), serve::ReplyMemory::most);
  EXPECT_FALSE(memory.knows("a1@b.test", 2000, 1'000'000));
  EXPECT_TRUE(memory.knows("a2@b.test", 2000, 1'000'000));
}

TEST(ReplyMemory, WhatFitsIntoNoLineIsKeptAllTheSame) {
  serve::ReplyMemory memory;
  memory.add("a b\n1 x@y.test", 100, 10);
  EXPECT_EQ(memory.text(), "100 a_b_1_x@y.test\n");
  EXPECT_TRUE(memory.knows("a b\n1 x@y.test", 100, 10));
  EXPECT_FALSE(memory.knows("x@y.test", 100, 10));
}

}  // namespace
}  // namespace reply_memory_test

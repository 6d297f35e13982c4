#include "imap/forest.hpp"

#include <gtest/gtest.h>

#include <random>

namespace forest_test {
namespace {

TEST(Forest, SaysWhatAPlainOneSays) {
  constexpr std::size_t count = 60;
  constexpr std::size_t none = SIZE_MAX;
  imap::Forest forest;
  for (std::size_t i = 0; i < count; ++i) forest.grow();
  std::vector<std::size_t> parents(count, none);
  const auto root = [&](std::size_t node) {
    while (parents[node] != none) node = parents[node];
    return node;
  };
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto a = random() % count;
    const auto b = random() % count;
    if (random() % 3 == 0) {
      forest.cut(a);
      parents[a] = none;
    } else if (parents[a] == none && root(b) != a) {
      forest.link(a, b);
      parents[a] = b;
    }
    ASSERT_EQ(forest.root(b), root(b)) << i;
  }
}

TEST(Forest, DeepOnesAreNoSlower) {
  constexpr std::size_t count = 300'000;
  imap::Forest forest;
  forest.grow();
  for (std::size_t i = 1; i < count; ++i) {
    forest.grow();
    forest.link(i, i - 1);
    ASSERT_EQ(forest.root(i), 0u);
  }
}

}  // namespace
}  // namespace forest_test

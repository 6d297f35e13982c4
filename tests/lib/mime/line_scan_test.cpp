#include "mime/line_scan.hpp"

#include <gtest/gtest.h>

#include <random>

namespace line_scan_test {
namespace {

/// The same, slowly.
mime::DashLine wanted(std::string_view text, std::size_t from) {
  std::size_t lines = 0;
  for (std::size_t at = from; at < text.size(); ++at) {
    const bool start = at == from || text[at - 1] == '\n';
    if (start && text.substr(at).starts_with("--")) return {at, lines};
    if (text[at] == '\n') ++lines;
  }
  return {text.size(), lines};
}

TEST(LineScan, RandomTextsFromEveryOffset) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::string text(random() % 120, 'x');
    for (auto& c : text) {
      const auto value = random() % 12;
      if (value < 3) c = '\n';
      if (value > 7) c = '-';
      if (round % 2 == 0 && value == 8) c = 'y';
    }
    for (std::size_t from = 0; from <= text.size(); ++from) {
      const auto found = mime::next_dash_line(text, from);
      const auto right = wanted(text, from);
      EXPECT_EQ(found.at, right.at) << text << from;
      EXPECT_EQ(found.lines, right.lines) << text << from;
    }
  }
}

TEST(LineScan, LongTextsAreCountedRight) {
  const std::string text(100'000, '\n');
  EXPECT_EQ(mime::next_dash_line(text, 0).lines, 100'000u);
  EXPECT_EQ(mime::next_dash_line(text + "--", 0).at, 100'000u);
}

}  // namespace
}  // namespace line_scan_test

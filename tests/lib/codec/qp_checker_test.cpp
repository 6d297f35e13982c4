#include "codec/qp_checker.hpp"

#include <gtest/gtest.h>

#include <string>

namespace qp_checker_test {
namespace {

std::string xs(std::size_t count) {
  return std::string(count, 'x');
}

TEST(QpChecker, NamesTheFirstOctetThatMayNotBeThere) {
  const struct {
    std::string text;
    int bad;
  } rows[] = {
      {"", -1},
      {"plain\r\ntext\n", -1},
      {"=C3=A9 =3D=0D=0A", -1},
      {"soft=\nbreak=\r\nhere", -1},
      {"tab\tand blank\n", -1},
      // Rule 1: hex digits in upper case.
      {"=c3", 0},
      {"=C", 0},
      {"a=Cx", 1},
      {"a=C\n", 1},
      {"==41", 0},
      // Rule 2: what stands for itself.
      {"a\x01", 1},
      {"a\x7F", 1},
      {"caf\xC3\xA9", 3},
      {std::string("\0", 1), 0},
      // Rule 3: no blank at the end of a line.
      {"a \n", 1},
      {"a  \r\n", 2},
      {"a\t", 1},
      {"= \n", 0},
      // Rule 4: line ends.
      {"a\rb", 1},
      {"a\r", 1},
      {"a\r\r\n", 1},
      {"=\rx", 0},
      {"=\r", 0},
      // Rule 5: 76 characters, and no soft break at the end.
      {xs(76) + "\n" + xs(76) + "\r\n", -1},
      {xs(77), 76},
      {xs(75) + "=\n", -1},
      {xs(76) + "=\n", 76},
      {xs(74) + "=41", 76},
      {"a=", 1},
  };
  for (const auto& row : rows) {
    for (std::size_t split = 0; split <= row.text.size(); ++split) {
      codec::QpChecker checker;
      const std::string_view text = row.text;
      auto bad = checker.update(text.substr(0, split));
      if (!bad) bad = checker.update(text.substr(split));
      if (!bad) bad = checker.finish();
      EXPECT_EQ(bad ? static_cast<int>(*bad) : -1, row.bad) << row.text << " split at " << split;
    }
  }
}

}  // namespace
}  // namespace qp_checker_test

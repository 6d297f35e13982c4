#include "pop3/multiline.hpp"

#include <gtest/gtest.h>

namespace multiline_test {
namespace {

TEST(Multiline, EverySplitGivesTheSame) {
  const struct {
    std::string in;
    std::optional<std::uint32_t> top;
    std::string out;
  } rows[] = {{"", {}, ".\r\n"},
              {"A: b\n\n.x\n", {}, "A: b\r\n\r\n..x\r\n.\r\n"},
              {"A: b\r\n\r\n.\r\n..", {}, "A: b\r\n\r\n..\r\n...\r\n.\r\n"},
              {"\r\n.\r.\r\r\n", {}, "\r\n..\r.\r\r\n.\r\n"},
              {"A\rb\r", {}, "A\rb\r\n.\r\n"},
              {"A: b\n\n1\n2\n", 0, "A: b\r\n\r\n.\r\n"},
              {"A: b\n\n1\n2\n", 1, "A: b\r\n\r\n1\r\n.\r\n"},
              {"A: b\n\n1\n2\n", 9, "A: b\r\n\r\n1\r\n2\r\n.\r\n"}};
  for (const auto& row : rows) {
    for (std::size_t split = 0; split <= row.in.size(); ++split) {
      pop3::Multiline lines(row.top);
      std::string out;
      lines.update(std::string_view(row.in).substr(0, split), out);
      lines.update(std::string_view(row.in).substr(split), out);
      lines.finish(out);
      EXPECT_EQ(out, row.out) << row.in << " at " << split;
    }
  }
}

}  // namespace
}  // namespace multiline_test

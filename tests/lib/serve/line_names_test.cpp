#include "serve/line_names.hpp"

#include <gtest/gtest.h>

namespace line_names_test {
namespace {

TEST(LineNames, OfThisHostAndItsUsersErrands) {
  const auto bob = serve::local_line("bob");
  const auto errands = serve::errand_line(bob);
  EXPECT_NE(bob, serve::local_line());
  EXPECT_NE(bob, errands);
  const struct {
    std::string line;
    bool local, errand;
  } rows[] = {{serve::local_line(), true, false},
              {bob, true, false},
              {errands, true, true},
              {serve::errand_line(serve::local_line()), true, true},
              {"far.test", false, false},
              {"errands", false, false},
              {"far.test\terrands", false, false},
              {"", false, false}};
  for (const auto& row : rows) {
    EXPECT_EQ(serve::is_local(row.line), row.local) << row.line;
    EXPECT_EQ(serve::is_errand(row.line), row.errand) << row.line;
  }
}

TEST(LineNames, TheHostOfADestination) {
  constexpr struct {
    std::string_view line, host;
  } rows[] = {{"far.test", "far.test"},
              {"far.test:25", "far.test"},
              {"far.test lmtp", "far.test"},
              {"[192.0.2.1]:25", "192.0.2.1"},
              {"[2001:db8::1]:25", "2001:db8::1"},
              {"[2001:db8::1]", "2001:db8::1"},
              {"[2001:db8::1", "2001:db8::1"},
              {"", ""}};
  for (const auto& row : rows) EXPECT_EQ(serve::host_of(row.line), row.host) << row.line;
}

}  // namespace
}  // namespace line_names_test

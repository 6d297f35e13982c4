#include "proc/coder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "proc/child.hpp"

namespace coder_test {
namespace {

constexpr proc::Option options[] = {
    {"decode", "", ""}, {"strict", "", ""}, {"ignore-garbage", "", ""}, {"crlf", "", ""}};
enum class Reading { plain, strict, forgiving };

proc::Options given(const std::vector<std::string>& arguments) {
  return proc::parse({"b64", "", "", "", options, {}}, arguments).value();
}

base::Result<int> encode(const proc::Options&) {
  return 1;
}
base::Result<int> decode(const proc::Options&) {
  return 2;
}

/// In a process of its own, which is confined for good.
int code(const std::vector<std::string>& arguments) {
  const pid_t pid = fork();
  if (pid == 0) {
    const auto done = proc::code(given(arguments), encode, decode);
    _exit(done ? *done : static_cast<int>(done.error().code));
  }
  return proc::wait(pid).value();
}

TEST(Coder, EncodesUnlessItIsToldToDecode) {
  EXPECT_EQ(code({}), 1);
  EXPECT_EQ(code({"--decode"}), 2);
  EXPECT_EQ(code({"--decode", "--strict", "--ignore-garbage"}), 64);
}

TEST(Coder, OptionsSayHowItReadsAndEndsLines) {
  EXPECT_EQ(proc::reading_of<Reading>(given({})), Reading::plain);
  EXPECT_EQ(proc::reading_of<Reading>(given({"--strict"})), Reading::strict);
  EXPECT_EQ(proc::reading_of<Reading>(given({"--ignore-garbage"})), Reading::forgiving);
  EXPECT_STREQ(proc::line_end_of(given({})), "\n");
  EXPECT_STREQ(proc::line_end_of(given({"--crlf"})), "\r\n");
}

}  // namespace
}  // namespace coder_test

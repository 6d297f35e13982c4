#include "fs/filter.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace filter_test {
namespace {

/// Writes everything twice.
struct Doubler {
  std::string last;
  std::string_view update(std::string_view chunk) {
    last = std::string(chunk) + std::string(chunk);
    return last;
  }
  std::string_view finish() { return "."; }
};

/// What goes to standard output while this lives.
class Caught {
 public:
  Caught() : file_(memfd_create("caught", MFD_CLOEXEC)), before_(dup(1)) { dup2(file_.get(), 1); }
  ~Caught() { dup2(before_.get(), 1); }
  std::string text() const {
    std::string out(static_cast<std::size_t>(lseek(file_.get(), 0, SEEK_END)), '\0');
    EXPECT_EQ(pread(file_.get(), out.data(), out.size(), 0), static_cast<ssize_t>(out.size()));
    return out;
  }

 private:
  fs::Fd file_;
  fs::Fd before_;
};

struct Input {
  explicit Input(std::string_view text) : file(memfd_create("input", 0)) {
    EXPECT_TRUE(fs::write_all(file.get(), text));
    paths = {"/proc/self/fd/" + std::to_string(file.get())};
  }
  fs::Fd file;
  std::vector<std::string> paths;
};

TEST(Filter, WritesWhatTheCoderMakesOfFilesAndItsEnd) {
  const Input input("ab");
  const Caught caught;
  ASSERT_TRUE(fs::filter(input.paths, Doubler()));
  EXPECT_EQ(caught.text(), "abab.");
}

TEST(Filter, StopsBehindWhatWasWrongAndWritesIt) {
  const Input input(std::string(1'000'000, 'x'));
  const Caught caught;
  Doubler coder;
  const auto result = fs::filter(
      input.paths, coder, []() -> base::Result<void> { return base::fail(base::Exit::data, "wrong"); });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().what, "wrong");
  EXPECT_EQ(caught.text(), std::string(2 * 131072, 'x'));
}

}  // namespace
}  // namespace filter_test

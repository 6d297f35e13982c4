#include "proc/run.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <new>
#include <stdexcept>

namespace run_test {
namespace {

constexpr proc::Usage usage = {"prog", "", "Does it.", "  prog\n", {}};

int status_of(base::Result<int> (*work)(const proc::Options&), std::string argument = "x") {
  std::string program = "prog";
  char* argv[] = {program.data(), argument.data(), nullptr};
  testing::internal::CaptureStderr();
  const int status = proc::run(2, argv, usage, work);
  (void)testing::internal::GetCapturedStderr();
  return status;
}

TEST(Run, TurnsEveryEndIntoAnExitStatus) {
  EXPECT_EQ(status_of([](const proc::Options&) -> base::Result<int> { return 3; }), 3);
  EXPECT_EQ(
      status_of([](const proc::Options&) -> base::Result<int> { return base::fail(base::Exit::io, "x"); }),
      74);
  EXPECT_EQ(status_of([](const proc::Options&) -> base::Result<int> { throw std::bad_alloc(); }), 75);
  EXPECT_EQ(status_of([](const proc::Options&) -> base::Result<int> { throw std::logic_error("x"); }), 70);
  EXPECT_EQ(status_of([](const proc::Options&) -> base::Result<int> { return 0; }, "--nonsense"), 64);
}

/// What a program that ends so leaves behind.
struct Kept {
  ~Kept() { std::fputs("taken apart\n", stderr); }
};

[[noreturn]] void end_with(const base::Result<int>& status) {
  const Kept kept;
  proc::end(usage, status);
}

TEST(Run, EndsWithTheSameStatusAndTakesNothingApart) {
  EXPECT_EXIT(end_with(0), testing::ExitedWithCode(0), "^$");
  EXPECT_EXIT(end_with(3), testing::ExitedWithCode(3), "^$");
  EXPECT_EXIT(end_with(base::fail(base::Exit::io, "no disk")), testing::ExitedWithCode(74),
              "^prog: no disk\n$");
  EXPECT_EXIT(end_with(base::fail(base::Exit::usage, "what?")), testing::ExitedWithCode(64),
              "^prog: what\\?\ntry 'prog --help'\n$");
}

}  // namespace
}  // namespace run_test

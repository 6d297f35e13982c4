#include "proc/run.hpp"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

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

}  // namespace

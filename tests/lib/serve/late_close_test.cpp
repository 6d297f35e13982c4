#include "serve/late_close.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

TEST(LateClose, EverythingIsClosedWhenItIsDone) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const fs::Fd reading(ends[0]);
  {
    const auto late = serve::LateClose::start().value();
    late.take(fs::Fd(ends[1]));
    // More than its queue holds.
    for (int i = 0; i < 2000; ++i) late.take(fs::Fd(dup(0)));
  }
  char octet = 0;
  EXPECT_EQ(read(reading.get(), &octet, 1), 0);
}

}  // namespace

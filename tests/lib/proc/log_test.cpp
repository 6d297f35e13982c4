#include "proc/log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace {

TEST(Log, NoValueCanForgeALineOrAField) {
  proc::log_as("smtpd");
  testing::internal::CaptureStderr();
  proc::log("id1", "event",
            {{"plain", "a"}, {"blank", "a b"}, {"forged", "x\nsmtpd[1] y"}, {"quote", "a\"b"}, {"none", ""}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "smtpd[" + std::to_string(getpid()) +
                "] id1 event plain=a blank=\"a b\" forged=\"x\\nsmtpd[1] y\" quote=\"a\\\"b\" none=\"\"\n");
}

}  // namespace

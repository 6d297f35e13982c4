#include "proc/log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace log_test {
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

TEST(Log, NoComplaintIsObeyedByATerminal) {
  proc::log_as("tool");
  testing::internal::CaptureStderr();
  proc::complain("tool: a\x1b[31m\xe2\x80\xae: no such file\ntry --help\n");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "tool: a\\x1b[31m\\xe2\\x80\\xae: no such file\ntry --help\n");
}

}  // namespace
}  // namespace log_test

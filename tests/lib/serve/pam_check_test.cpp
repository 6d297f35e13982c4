#include "serve/pam_check.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "fs/fd.hpp"

namespace pam_check_test {
namespace {

using base::Exit;

/// What comes of a login by PAM's service with these rules: `right`, `wrong`, or the exit status and why.
std::string checked(const std::string& rules, unsigned seconds = 60) {
  std::string folder = "/tmp/tubepost-pam-check-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return "no folder";
  std::ofstream(folder + "/tubepost") << rules;
  const auto right = serve::check_by_pam("ann", "secret", seconds, folder);
  std::filesystem::remove_all(folder);
  if (right) return *right ? "right" : "wrong";
  return std::to_string(static_cast<int>(right.error().code)) + " " + right.error().what;
}

std::string by(const std::string& module) {
  return "auth required " + module + "\naccount required pam_permit.so\n";
}

TEST(PamCheck, SaysWhatPamSays) {
  EXPECT_EQ(checked(by("pam_permit.so")), "right");
  EXPECT_EQ(checked(by("pam_deny.so")), "wrong");
  EXPECT_EQ(checked(by("pam_no_such_module.so")), "75 PAM cannot check the password");
  EXPECT_EQ(checked("auth required pam_permit.so\naccount required pam_debug.so acct=acct_expired\n"),
            "69 ann: the account or its password has expired");
}

// The module ends the process that has loaded it.
TEST(PamCheck, AnEndWithoutAWordIsNoLogin) {
  EXPECT_EQ(checked(by("pam_exec.so quiet /bin/sh -c [kill${IFS}-9${IFS}$PPID]")), "75 PAM gives no answer");
}

/// A login by the module tests/pam/helper.cpp, and who still has open what its process and this one had.
class PamHelper : public testing::Test {
 protected:
  PamHelper() {
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    EXPECT_EQ(mkfifo((folder_ + "/fifo").c_str(), 0600), 0);
    fifo_.reset(open((folder_ + "/fifo").c_str(), O_RDONLY | O_NONBLOCK));
  }
  ~PamHelper() override { std::filesystem::remove_all(folder_); }

  std::string checked_with(const std::string& how, unsigned seconds) {
    return checked(by(PAM_HELPER " " + folder_ + "/fifo " + how), seconds);
  }

  /// Within five seconds.
  static bool nobody_writes(const fs::Fd& end) {
    pollfd waiting = {end.get(), 0, 0};
    return poll(&waiting, 1, 5000) == 1 && waiting.revents == POLLHUP;
  }

  std::string folder_ = "/tmp/tubepost-pam-helper-XXXXXX";
  fs::Fd fifo_;
};

TEST_F(PamHelper, WhatAModuleHasStartedEndsWithIt) {
  EXPECT_EQ(checked_with("", 60), "right");
  EXPECT_TRUE(nobody_writes(fifo_));
}

TEST_F(PamHelper, WhatAModuleHasStartedIsGivenUpWithIt) {
  EXPECT_EQ(checked_with("hangs", 1), "75 PAM gives no answer");
  EXPECT_TRUE(nobody_writes(fifo_));
}

TEST_F(PamHelper, WhatIsLeftInAnotherSessionHoldsNobodyUp) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(checked_with("apart hangs", 1), "75 PAM gives no answer");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15));
}

// Who waits for the end of the login, or of the connection, would wait for that process.
TEST_F(PamHelper, WhatIsLeftInAnotherSessionHasNothingOfThisOne) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const fs::Fd from(ends[0]);
  fs::Fd to(ends[1]);
  EXPECT_EQ(checked_with("apart", 60), "right");
  to.reset();
  EXPECT_TRUE(nobody_writes(from));
}

}  // namespace
}  // namespace pam_check_test

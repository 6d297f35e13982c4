#include "serve/pam_check.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

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

// The program ends by itself: it is in a session of its own.
TEST(PamCheck, WhatHangsIsGivenUp) {
  EXPECT_EQ(checked(by("pam_exec.so quiet /bin/sleep 3"), 1), "75 PAM gives no answer");
}

// The module ends the process that has loaded it.
TEST(PamCheck, AnEndWithoutAWordIsNoLogin) {
  EXPECT_EQ(checked(by("pam_exec.so quiet /bin/sh -c [kill${IFS}-9${IFS}$PPID]")), "75 PAM gives no answer");
}

}  // namespace
}  // namespace pam_check_test

#include "auth/pam.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace pam_test {
namespace {

/// A folder of services of the test's own, where `tubepost` says this.
class Services {
 public:
  explicit Services(const std::string& text) {
    std::string name = "/tmp/tubepost-pam-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
    std::ofstream(folder_ / "tubepost") << text;
  }
  ~Services() { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_; }

  /// `right`, `wrong`, or why nobody can tell.
  std::string says(const std::string& name, const std::string& password) const {
    const auto right = auth::verify_by_pam(name, password, path());
    return !right ? right.error().what : *right ? "right" : "wrong";
  }

 private:
  std::filesystem::path folder_;
};

// The service is not there, and PAM's own for others lets nobody in who does not exist.
TEST(Pam, AStrangerIsNotLetIn) {
  const auto right = auth::verify_by_pam("nobody-has-this-name", "secret");
  EXPECT_TRUE(!right || !*right);
}

TEST(Pam, TheServiceDecides) {
  const std::string account = "account required pam_permit.so\n";
  EXPECT_EQ(Services("auth required pam_permit.so\n" + account).says("ann", "secret"), "right");
  EXPECT_EQ(Services("auth required pam_deny.so\n" + account).says("ann", "secret"), "wrong");
  EXPECT_EQ(Services("auth required pam_permit.so\naccount required pam_deny.so\n").says("ann", "secret"),
            "wrong");
  for (const std::string expired : {"acct_expired", "new_authtok_reqd", "authtok_expired"}) {
    EXPECT_EQ(Services("auth required pam_permit.so\naccount required pam_debug.so acct=" + expired + "\n")
                  .says("ann", "secret"),
              "ann: the account or its password has expired");
    EXPECT_EQ(Services("auth required pam_deny.so\naccount required pam_debug.so acct=" + expired + "\n")
                  .says("ann", "secret"),
              "wrong");
  }
  EXPECT_EQ(Services("auth required pam_no_such_module.so\n" + account).says("ann", "secret"),
            "PAM cannot check the password");
}

TEST(Pam, ModulesGetTheNameAndThePassword) {
  const Services services("");
  const auto checker = std::filesystem::path(services.path()) / "knows";
  std::ofstream(checker) << "#!/bin/sh\n[ \"$PAM_USER/$(tr -d '\\0')\" = ann/sesam ]\n";
  std::filesystem::permissions(checker, std::filesystem::perms::owner_all);
  std::ofstream(std::filesystem::path(services.path()) / "tubepost")
      << "auth sufficient pam_exec.so expose_authtok quiet " << checker.string()
      << "\nauth required pam_deny.so\naccount required pam_permit.so\n";
  EXPECT_EQ(services.says("ann", "sesam"), "right");
  EXPECT_EQ(services.says("ann", "other"), "wrong");
  EXPECT_EQ(services.says("eve", "sesam"), "wrong");
}

}  // namespace
}  // namespace pam_test

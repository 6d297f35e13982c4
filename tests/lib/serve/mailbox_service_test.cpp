#include "serve/mailbox_service.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "talk.hpp"

namespace mailbox_service_test {
namespace {

base::Result<int> serve_with(const std::vector<std::string>& arguments) {
  constexpr proc::Option options[] = {{"check", "", ""}, {"session", "", ""}};
  constexpr std::string_view keys[] = {"maildir",
                                       "libexec",
                                       "timeout",
                                       "hostname",
                                       "users",
                                       "max-connections",
                                       "max-connections-per-source",
                                       "auth-mechanisms",
                                       "auth-without-tls",
                                       "login-delay",
                                       "max-login-failures",
                                       "login-failure-window"};
  serve::MailboxService service;
  service.program = "imapd";
  return serve::serve_mailbox(proc::parse({"test", "", "", "", options, keys}, arguments).value(), service);
}

TEST(MailboxService, CheckFindsWhatIsMissing) {
  const Directory directory;
  const auto at = [&](const std::string& name) { return directory.path() + "/" + name; };
  const std::vector<std::string> arguments = {"--check", "--hostname=mx.test",
                                              "--libexec=" + directory.path(), "--users=" + at("users")};
  for (const char* missing : {"check-password", "imapd", "users"}) {
    const auto checked = serve_with(arguments);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, base::Exit::configuration);
    EXPECT_NE(checked.error().what.find(at(missing)), std::string::npos) << checked.error().what;
    std::ofstream(at(missing)) << "";
    std::filesystem::permissions(at(missing), std::filesystem::perms::owner_all);
  }
  EXPECT_TRUE(serve_with(arguments));
}

TEST(MailboxService, LimitsAreCheckedBeforeAnythingIsServed) {
  for (const char* bad :
       {"--timeout=0", "--timeout=x", "--max-connections=0", "--auth-mechanisms=PLAIN CRAM-MD5",
        "--auth-without-tls=maybe", "--max-login-failures=x", "--login-failure-window=0"})
    EXPECT_FALSE(serve_with({bad, "--check"})) << bad;
}

}  // namespace
}  // namespace mailbox_service_test

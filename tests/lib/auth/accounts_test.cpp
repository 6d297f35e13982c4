#include "auth/accounts.hpp"

#include <gtest/gtest.h>

namespace accounts_test {
namespace {

TEST(Accounts, KnowsDomainsUsersAndSubaddresses) {
  const auto accounts = auth::Accounts::parse("# ours\nExample.Test\n\na.test\n",
                                              "Alice:{CRYPT}$y$x:1000:1001::/home/alice::\n", "users")
                            .value();
  EXPECT_TRUE(accounts.is_local_domain("EXAMPLE.test"));
  EXPECT_EQ(accounts.first_domain(), "example.test");
  EXPECT_FALSE(accounts.is_local_domain("# ours"));
  EXPECT_EQ(accounts.user_of("aLiCe"), "alice");
  EXPECT_EQ(accounts.user_of("alice+list"), "alice");
  EXPECT_EQ(accounts.user_of("bob"), std::nullopt);
  EXPECT_EQ(accounts.user_of(""), std::nullopt);
  ASSERT_NE(accounts.find("alice"), nullptr);
  EXPECT_EQ(accounts.find("alice")->gid, 1001U);
  EXPECT_EQ(accounts.find("alice")->home, "/home/alice");
}

TEST(Accounts, AnErrorNamesFileAndLine) {
  for (const char* line :
       {"alice", "alice:x:1:2::home::", "alice:x:one:2::/home::", ":x:1:2::/home::", "al ice:x:1:2::/a::"}) {
    const auto wrong = auth::Accounts::parse("", std::string("# comment\n") + line + "\n", "users");
    ASSERT_FALSE(wrong) << line;
    EXPECT_EQ(wrong.error().code, base::Exit::configuration);
    EXPECT_TRUE(wrong.error().what.starts_with("users:2: ")) << wrong.error().what;
  }
}

}  // namespace
}  // namespace accounts_test

#include "serve/evidence.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "auth/scram.hpp"
#include "fs/fd.hpp"

namespace evidence_test {
namespace {

using base::Exit;
using std::string_literals::operator""s;

/// Whose login it is that the interface says on its descriptor, with the given option.
base::Result<std::string> shown(const std::string& option, const std::string& kind, const std::string& said) {
  static constexpr proc::Option options[] = {{"evidence", "KIND", "", "password"}};
  const std::vector<std::string> arguments = {"--config=/dev/null", "--domains=/nonexistent/domains",
                                              "--users=/nonexistent/users", "--evidence=" + kind, option};
  const auto given =
      proc::parse({"test", "", "", "", options, serve::check_password_keys}, arguments).value();
  const auto hash = auth::to_hash(auth::derive("pencil", "sixteen octets..", 4096).value());
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  EXPECT_TRUE(fs::write_all(ends[1], said));
  close(ends[1]);
  auto out = serve::identify(ends[0], given, {{"Bob", hash, 1, 1, "/"}});
  close(ends[0]);
  return out;
}

TEST(Evidence, SaysWhoseItIs) {
  EXPECT_EQ(shown("--password-check=users", "password", "bob\0pencil\0\0"s).value(), "Bob");
  EXPECT_EQ(shown("--password-check=users", "certificate", "bob\0\0\0"s).value(), "Bob");
  EXPECT_EQ(shown("--password-check=users", "certificate", "bob\0BOB\0\0"s).value(), "Bob");
  EXPECT_EQ(shown("--password-check=users", "certificate", "eve\0\0\0"s).value(), "eve");
  EXPECT_EQ(shown("--token-check=/bin/true", "token", "bob\0any\0\0"s).value(), "Bob");
}

TEST(Evidence, IsWrongOrCannotBeChecked) {
  const struct {
    std::string option, kind, said;
    Exit code;
  } rows[] = {{"--password-check=users", "password", "bob\0Pencil\0\0"s, Exit::not_permitted},
              {"--password-check=users", "password", "eve\0pencil\0\0"s, Exit::not_permitted},
              {"--password-check=users", "password", "bob\0pencil"s, Exit::usage},
              {"--password-check=PAM", "password", "bob\0pencil\0\0"s, Exit::usage},
              // Whose it is was looked up twice, and the aliases have changed between.
              {"--password-check=users", "certificate", "bob\0eve\0\0"s, Exit::temporary},
              {"--password-check=users", "scram", "", Exit::not_permitted},
              {"--password-check=users", "token", "bob\0any\0\0"s, Exit::configuration},
              {"--token-check=/bin/false", "token", "bob\0any\0\0"s, Exit::not_permitted},
              {"--token-check=/bin/ls /nonexistent", "token", "bob\0any\0\0"s, Exit::temporary},
              {"--password-check=users", "smile", "bob\0pencil\0\0"s, Exit::usage}};
  for (const auto& row : rows) {
    const auto found = shown(row.option, row.kind, row.said);
    ASSERT_FALSE(found) << row.option << " " << row.kind;
    EXPECT_EQ(found.error().code, row.code) << row.option << " " << row.kind << ": " << found.error().what;
  }
}

}  // namespace
}  // namespace evidence_test

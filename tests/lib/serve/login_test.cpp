#include "serve/login.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

namespace login_test {
namespace {

// `sh` stands for check-password: it reads the login from descriptor 3 and ends as that would.
const std::vector<std::string> checker = {
    "/bin/sh", "-c",
    "case $(tr '\\0' / <&3) in bob/right//) exit 0 ;; bob/broken//) exit 75 ;; *) exit 77 ;; esac"};

TEST(Login, VerdictsOfTheProgramReachTheOneWhoTalks) {
  int answers[2];
  ASSERT_EQ(pipe(answers), 0);
  const auto done = serve::guard_verifying({checker}, [&](const serve::Gate& gate) -> base::Result<int> {
    std::string heard;
    for (const auto& password : {std::string("right"), std::string("wrong"), std::string("broken"),
                                 std::string(), std::string(600, 'x'), std::string("right")}) {
      const auto verdict = gate.ask("bob", password, "");
      heard += !verdict                              ? '!'
               : *verdict == serve::Verdict::granted ? 'y'
               : *verdict == serve::Verdict::denied  ? 'n'
                                                     : 't';
    }
    _exit(write(answers[1], heard.data(), heard.size()) == 6 ? 0 : 1);
  });
  EXPECT_TRUE(done);
  // The interface takes no 600 octets; after three that were denied nobody is asked any more.
  char heard[6] = {};
  EXPECT_EQ(read(answers[0], heard, 6), 6);
  EXPECT_EQ(std::string_view(heard, 6), "yntnn!");
  close(answers[0]);
  close(answers[1]);
}

// One more process for each session would count as long as that goes on.
TEST(Login, WhoTalkedBeforeItIsNotKeptWhileASessionGoesOn) {
  std::string talker = "/tmp/tubepost-talker.XXXXXX";
  const int written = mkstemp(talker.data());
  ASSERT_GE(written, 0);
  const std::vector<std::string> session = {
      "/bin/sh", "-c",
      // One that has ended and is kept can still be sent a signal.
      "printf y >&4; head -c 1 <&4 >/dev/null; exec 4<&-; read talker <" + talker + "; tries=0; " +
          "while kill -0 $talker 2>/dev/null; do [ $((tries += 1)) -lt 2000000 ] || exit 1; done"};
  const auto done = serve::guard({session}, [&](const serve::Gate& gate) -> base::Result<int> {
    const auto self = std::to_string(getpid()) + "\n";
    if (write(written, self.data(), self.size()) < 0) _exit(1);
    const auto verdict = gate.ask("bob", "right", "");
    _exit(verdict && *verdict == serve::Verdict::granted ? 0 : 1);
  });
  close(written);
  unlink(talker.c_str());
  ASSERT_TRUE(done) << done.error().what;
  EXPECT_EQ(*done, 0);
}

// Who guesses at bob by any of his names is found by one search, whatever server he guesses at.
TEST(Login, WhoIsRefusedIsNamedAsHeWroteHimself) {
  using serve::Verdict;
  const struct {
    std::string_view user, said;
    Verdict verdict;
    std::string line;
  } rows[] = {
      {"bob", "bob", Verdict::granted, "user=bob verdict=granted peer=::1\n"},
      {"bob", "BOB", Verdict::granted, "user=bob verdict=granted peer=::1 name=BOB\n"},
      {"", "BOB", Verdict::granted, "user=BOB verdict=granted peer=::1\n"},
      {"bob", "BOB", Verdict::denied, "user=BOB verdict=refused peer=::1\n"},
      {"", "BOB", Verdict::temporary, "user=BOB verdict=not-checked peer=::1\n"},
  };
  for (const auto& row : rows) {
    testing::internal::CaptureStderr();
    serve::log_login(row.user, row.said, row.verdict, "::1");
    const auto line = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(line.ends_with(" - login " + row.line)) << line;
  }
}

}  // namespace
}  // namespace login_test

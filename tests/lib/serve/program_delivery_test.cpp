#include "serve/program_delivery.hpp"

#include "posted.hpp"
#include "serve/home_agent.hpp"

namespace program_delivery_test {
namespace {

using serve::Outcome;

serve::ProgramLimits limits(unsigned seconds = 60) {
  return {std::chrono::steady_clock::now() + std::chrono::seconds(seconds)};
}

/// By the user, as root starts none.
serve::Attempt run(const Posted& posted, const std::vector<std::string>& command, unsigned seconds = 60) {
  const auto report = serve::ask_as(posted.account, posted.file.get(), 60, [&] {
    const auto result = serve::deliver_to_program(command, posted.letter, limits(seconds));
    return result ? serve::report_of(result->attempt) : serve::report_of(result.error());
  });
  return report.value().attempt;
}

TEST(ProgramDelivery, ExitStatusesAreJudged) {
  const auto outcome = [](int status) { return serve::judge_program("/bin/x", status, "").attempt.outcome; };
  EXPECT_EQ(outcome(0), Outcome::delivered);
  EXPECT_EQ(outcome(99), Outcome::delivered);
  EXPECT_TRUE(serve::judge_program("x", 99, "").last);
  EXPECT_FALSE(serve::judge_program("x", 0, "").last);
  for (const int status : {64, 65, 66, 67, 68, 69, 70, 76, 77, 100, 112})
    EXPECT_EQ(outcome(status), Outcome::failed);
  for (const int status : {1, 2, 63, 71, 73, 74, 75, 78, 98, 101, 111, 126, 127, 255})
    EXPECT_EQ(outcome(status), Outcome::deferred) << status;
  EXPECT_EQ(serve::judge_program("/opt/x", 67, " who?\nmore").attempt.reason, "x knows no such user: who?");
  EXPECT_EQ(serve::judge_program("/opt/x", 67, "").attempt.status, "5.1.1");
  EXPECT_EQ(serve::judge_program("/opt/x", 3, "no\r\n").attempt.reason, "x ended with 3: no");
}

TEST(ProgramDelivery, TheMessageComesOnStandardInput) {
  Posted posted;
  posted.put("keep", "#!/bin/sh\ncat >got; echo \"$EXT:$HOST:$*\" >>got\n", 0700);
  posted.letter.extension = "ext";
  EXPECT_EQ(run(posted, {"./keep", "a b", "$c"}).outcome, Outcome::delivered);
  EXPECT_EQ(posted.got("got"),
            "Return-Path: <a@b.test>\nDelivered-To: bob@example.test\nSubject: x\n\ntext\next:example.test:a "
            "b $c\n");
  EXPECT_EQ(run(posted, {"cat"}).outcome, Outcome::delivered);
}

TEST(ProgramDelivery, WhatCannotBeStartedOrDoesNotEndIsForLater) {
  Posted posted;
  posted.put("plain", "no program", 0600);
  EXPECT_EQ(run(posted, {"./plain"}).reason, "./plain is no program that can be started");
  EXPECT_EQ(run(posted, {"no-such-program"}).reason, "no-such-program is no program that can be started");
  EXPECT_EQ(run(posted, {"sleep", "1000"}, 0).reason, "sleep was stopped: it took too long");
  EXPECT_EQ(run(posted, {"yes"}).reason, "yes was stopped: it wrote too much");
}

TEST(ProgramDelivery, RootStartsNone) {
  if (geteuid() != 0) GTEST_SKIP() << "not root";
  const Posted posted;
  EXPECT_EQ(serve::deliver_to_program({"true"}, posted.letter, limits()).error().code, base::Exit::temporary);
}

}  // namespace
}  // namespace program_delivery_test

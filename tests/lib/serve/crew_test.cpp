#include "serve/crew.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace crew_test {
namespace {

const spool::Entry entry = {1234, "6c3565vfvf4i7", "example.test"};

/// Each child says who it is, in place of what could not be put aside.
class CrewTest : public testing::Test {
 protected:
  static serve::BatchReport deliver(const serve::Batch& batch) {
    if (batch.line == "die") raise(SIGKILL);
    if (batch.line == "nonsense") return {1, {}, static_cast<serve::Fortune>(9)};
    return {1, {{static_cast<std::uint64_t>(getpid() % 1000), entry.id, entry.destination}}};
  }
  void hear() {
    std::vector<pollfd> waiting;
    crew_.add_sockets(waiting);
    ASSERT_GT(poll(waiting.data(), waiting.size(), 20'000), 0);
    crew_.hear(waiting);
  }
  std::size_t serve_one(const std::string& line) {
    EXPECT_TRUE(crew_.give({line, {entry}}));
    hear();
    return last_;
  }
  void TearDown() override {
    crew_.end();
    reap();
  }
  void reap() {
    int status = 0;
    for (pid_t pid = 0; !crew_.empty() && (pid = waitpid(-1, &status, 0)) > 0;) crew_.forget(pid, status);
  }

  std::size_t last_ = 0;
  int signal_ = -1;
  serve::Crew crew_ = serve::Crew(
      {deliver}, [this](const serve::Batch&, const std::optional<serve::BatchReport>& report, int signal) {
        if (report) last_ = report->failed.at(0).due;
        if (!report) signal_ = signal;
      });
};

TEST_F(CrewTest, OneThatHasServedTheLineIsPreferred) {
  ASSERT_TRUE(crew_.give({"a", {entry}}));
  ASSERT_TRUE(crew_.give({"b", {entry}}));
  EXPECT_EQ(crew_.at_work(), 2u);
  while (crew_.at_work() > 0) hear();
  EXPECT_TRUE(crew_.has_idle());
  const auto a = serve_one("a"), b = serve_one("b");
  EXPECT_NE(a, b);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(serve_one("b"), b);
    EXPECT_EQ(serve_one("a"), a);
  }
}

TEST_F(CrewTest, OneThatTalksNonsenseIsNotWaitedFor) {
  ASSERT_TRUE(crew_.give({"nonsense", {entry}}));
  hear();
  EXPECT_EQ(crew_.at_work(), 1u);
  reap();
  EXPECT_EQ(signal_, SIGKILL);
  EXPECT_EQ(crew_.at_work(), 0u);
}

TEST_F(CrewTest, WhoIsIdleForLongGoes) {
  const auto first = serve_one("a");
  crew_.retire(false);
  EXPECT_EQ(serve_one("a"), first);
  crew_.retire(false);
  crew_.retire(false);
  EXPECT_TRUE(crew_.empty());
}

TEST_F(CrewTest, WhoIsReplacedBringsItsBatchToItsEnd) {
  ASSERT_TRUE(crew_.give({"a", {entry}}));
  crew_.replace();
  EXPECT_EQ(crew_.at_work(), 1u);
  hear();
  EXPECT_NE(last_, 0u);
  EXPECT_TRUE(crew_.empty());
}

TEST_F(CrewTest, ADeathIsToldWithItsSignal) {
  ASSERT_TRUE(crew_.give({"die", {entry}}));
  reap();
  EXPECT_EQ(signal_, SIGKILL);
  EXPECT_EQ(crew_.at_work(), 0u);
}

}  // namespace
}  // namespace crew_test

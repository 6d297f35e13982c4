#include "serve/worker.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace worker_test {
namespace {

const spool::Entry entry = {1234, "6c3565vfvf4i7", "example.test"};

int status_of(pid_t pid) {
  int status = 0;
  return waitpid(pid, &status, 0) == pid ? status : -1;
}

TEST(Worker, DoesOneBatchAfterTheOther) {
  const auto deliver = [](const serve::Batch& batch) {
    return serve::BatchReport{batch.entries.size(),
                              {batch.entries[1]},
                              batch.whole ? serve::Fortune::trouble : serve::Fortune::good,
                              batch.entries};
  };
  auto worker = serve::Worker::start([] {}, {deliver}).value();
  for (const bool whole : {false, true}) {
    ASSERT_TRUE(worker.give({"mx.test:25", {entry, entry}, whole}));
    const auto report = worker.report();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->begun, 2u);
    EXPECT_EQ(report->failed, std::vector<spool::Entry>{entry});
    EXPECT_EQ(report->fortune, whole ? serve::Fortune::trouble : serve::Fortune::good);
    EXPECT_EQ(report->deferred, (std::vector<spool::Entry>{entry, entry}));
  }
  worker.release();
  EXPECT_EQ(status_of(worker.pid()), 0);
}

TEST(Worker, HowABatchIsToBeDoneComesThrough) {
  const auto deliver = [](const serve::Batch& batch) {
    const std::size_t how = (batch.whole ? 1U : 0U) + (batch.brief ? 2U : 0U) + (batch.alone ? 4U : 0U);
    return serve::BatchReport{how};
  };
  auto worker = serve::Worker::start([] {}, {deliver}).value();
  for (std::size_t how = 0; how < 8; ++how) {
    ASSERT_TRUE(worker.give({"mx.test:25", {entry}, (how & 1) != 0, (how & 2) != 0, (how & 4) != 0}));
    EXPECT_EQ(worker.report().value().begun, how);
  }
  worker.release();
  EXPECT_EQ(status_of(worker.pid()), 0);
}

TEST(Worker, TurnsInOtherLinesComeThrough) {
  const auto deliver = [](const serve::Batch& batch) {
    serve::BatchReport out{batch.entries.size()};
    out.deferred = {entry};
    if (batch.alone) out.left = {{entry, batch.behind}, {entry, {}}};
    return out;
  };
  auto worker = serve::Worker::start([] {}, {deliver}).value();
  serve::Batch batch = {"@bob", {entry}};
  ASSERT_TRUE(worker.give(batch));
  EXPECT_TRUE(worker.report().value().left.empty());
  batch.alone = true;
  batch.behind = {"@carol", "@<|program:0123456789abcdef>", "127.0.0.1:25 lmtp"};
  ASSERT_TRUE(worker.give(batch));
  const auto report = worker.report().value();
  EXPECT_EQ(report.begun, 1u);
  EXPECT_EQ(report.deferred, std::vector<spool::Entry>{entry});
  EXPECT_EQ(report.left,
            (std::vector<std::pair<spool::Entry, serve::Lanes>>{{entry, batch.behind}, {entry, {}}}));
  worker.release();
  EXPECT_EQ(status_of(worker.pid()), 0);
}

TEST(Worker, ItsDeathIsSeen) {
  const auto worker =
      serve::Worker::start([] {}, {[](const serve::Batch&) {
                             return serve::BatchReport{static_cast<std::size_t>(raise(SIGKILL))};
                           }})
          .value();
  ASSERT_TRUE(worker.give({"x", {entry}}));
  EXPECT_EQ(worker.report().has_value(), false);
  EXPECT_EQ(WTERMSIG(status_of(worker.pid())), SIGKILL);
  EXPECT_FALSE(worker.give({"x", {entry}}));
}

TEST(Worker, AnExceptionEndsItAndNotItsParent) {
  const auto worker =
      serve::Worker::start([] {}, {[](const serve::Batch&) -> serve::BatchReport { throw std::bad_alloc(); }})
          .value();
  ASSERT_TRUE(worker.give({"x", {entry}}));
  EXPECT_EQ(worker.report().has_value(), false);
  EXPECT_TRUE(WIFSIGNALED(status_of(worker.pid())));
}

TEST(Worker, OneThatIsToldToEndBeginsNoOtherBatch) {
  sigset_t mask, before;
  sigemptyset(&mask);
  sigaddset(&mask, SIGTERM);
  sigprocmask(SIG_BLOCK, &mask, &before);
  const auto worker =
      serve::Worker::start([] {}, {[](const serve::Batch&) { return serve::BatchReport(); }}).value();
  sigprocmask(SIG_SETMASK, &before, nullptr);
  ASSERT_EQ(kill(worker.pid(), SIGTERM), 0);
  ASSERT_TRUE(worker.give({"x", {entry}}));
  EXPECT_EQ(worker.report().has_value(), false);
  EXPECT_EQ(status_of(worker.pid()), 0);
}

}  // namespace
}  // namespace worker_test

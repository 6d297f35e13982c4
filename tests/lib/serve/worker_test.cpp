#include "serve/worker.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

const spool::Entry entry = {1234, "6c3565vfvf4i7", "example.test"};

int status_of(pid_t pid) {
  int status = 0;
  return waitpid(pid, &status, 0) == pid ? status : -1;
}

TEST(Worker, DoesOneBatchAfterTheOther) {
  auto worker = serve::Worker::start([] {},
                                     [](const serve::Batch& batch) {
                                       const bool right = batch.entries.size() == 2 &&
                                                          batch.entries[1].id == entry.id &&
                                                          batch.entries[1].destination == entry.destination;
                                       return right ? static_cast<int>(batch.host.size()) : 99;
                                     })
                    .value();
  for (const char* host : {"", "mx.test:25"}) {
    ASSERT_TRUE(worker.give({host, {entry, entry}}));
    EXPECT_EQ(worker.result(), static_cast<int>(std::string_view(host).size()));
  }
  worker.release();
  EXPECT_EQ(status_of(worker.pid()), 0);
}

TEST(Worker, ItsDeathIsSeen) {
  const auto worker = serve::Worker::start([] {}, [](const serve::Batch&) { return raise(SIGKILL); }).value();
  ASSERT_TRUE(worker.give({"", {entry}}));
  EXPECT_EQ(worker.result(), std::nullopt);
  EXPECT_EQ(WTERMSIG(status_of(worker.pid())), SIGKILL);
  EXPECT_FALSE(worker.give({"", {entry}}));
}

TEST(Worker, AnExceptionEndsItAndNotItsParent) {
  const auto worker =
      serve::Worker::start([] {}, [](const serve::Batch&) -> int { throw std::bad_alloc(); }).value();
  ASSERT_TRUE(worker.give({"", {entry}}));
  EXPECT_EQ(worker.result(), std::nullopt);
  EXPECT_TRUE(WIFSIGNALED(status_of(worker.pid())));
}

TEST(Worker, OneThatIsToldToEndBeginsNoOtherBatch) {
  sigset_t mask, before;
  sigemptyset(&mask);
  sigaddset(&mask, SIGTERM);
  sigprocmask(SIG_BLOCK, &mask, &before);
  const auto worker = serve::Worker::start([] {}, [](const serve::Batch&) { return 0; }).value();
  sigprocmask(SIG_SETMASK, &before, nullptr);
  ASSERT_EQ(kill(worker.pid(), SIGTERM), 0);
  ASSERT_TRUE(worker.give({"", {entry}}));
  EXPECT_EQ(worker.result(), std::nullopt);
  EXPECT_EQ(status_of(worker.pid()), 0);
}

}  // namespace

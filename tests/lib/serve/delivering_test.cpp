#include "serve/delivering.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include "peer.hpp"

namespace delivering_test {
namespace {

using serve::Fortune;

const std::string nobody = "127.0.0.1:1";

class Delivering : public testing::Test {
 protected:
  Delivering() {
    for (const char digit : std::string_view("0123456789abcdef"))
      std::filesystem::create_directories(at("queue/") + digit);
    std::filesystem::create_directory(at("bob"));
    const auto id = std::to_string(getuid()) + ":" + std::to_string(getgid());
    accounts_ =
        auth::Accounts::parse("example.test\n", "bob:*:" + id + "::" + at("bob") + "::\n", "users").value();
    config_.delivery.hostname = config_.delivery.local.hostname = "mx.test";
    config_.delivery.spool = directory_.path();
    config_.delivery.timeout = 1000;
  }
  std::string at(const std::string& name) const { return directory_.path() + "/" + name; }

  /// Messages to these, which have no sender: nobody is told of anything.
  serve::Batch batch(const std::string& line, const std::vector<std::string>& recipients, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      auto writer =
          spool::Writer::create(directory_.path(), serve::now_microseconds(), "", recipients).value();
      EXPECT_TRUE(writer.write("Subject: x\n\n") && writer.commit());
    }
    serve::Batch out = {line, {}};
    for (auto& entry : spool::Queue(directory_.path()).scan().value()) {
      if (entry.due <= serve::now_seconds()) out.entries.push_back(entry);
    }
    EXPECT_EQ(out.entries.size(), count);
    return out;
  }
  serve::AccountPolicy policy(const std::string& host = nobody) const {
    return {accounts_, "bob", smtp::Routes::parse("* " + host + "\n", "routes").value()};
  }
  std::size_t queued() const { return spool::Queue(directory_.path()).scan().value().size(); }
  std::size_t delivered() const {
    const auto path = at("bob/Maildir/new");
    if (!std::filesystem::exists(path)) return 0;
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), {}));
  }

  Directory directory_;
  auth::Accounts accounts_;
  serve::RunnerConfig config_;
  serve::LateClose late_close_ = serve::LateClose::start().value();
};

/// Files of the queue that this process has open.
std::size_t open_in(const std::string& queue) {
  std::size_t out = 0;
  for (const auto& file : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (std::filesystem::read_symlink(file.path(), gone).string().starts_with(queue)) ++out;
  }
  return out;
}

TEST_F(Delivering, WhoRestsHasNoRemovedFileOpen) {
  const auto accounts = policy();
  serve::Delivering delivering(config_, accounts, late_close_);
  (void)delivering.deliver(batch("local", {"bob@example.test"}, 3));
  EXPECT_EQ(queued(), 0u);
  delivering.rest();
  EXPECT_EQ(open_in(at("queue/")), 0u);
}

TEST_F(Delivering, LocalMailArrives) {
  const auto policy = this->policy();
  serve::Delivering delivering(config_, policy, late_close_);
  // More than wait for the disk together.
  const auto report = delivering.deliver(batch(serve::local_line("bob"), {"bob@example.test"}, 20));
  EXPECT_EQ(report.begun, 20u);
  EXPECT_TRUE(report.failed.empty());
  EXPECT_EQ(report.fortune, Fortune::good);
  EXPECT_TRUE(report.deferred.empty());
  EXPECT_EQ(delivered(), 20u);
  EXPECT_EQ(queued(), 0u);
}

TEST_F(Delivering, WhatItsWriterHasNotLockedYetIsNoDamage) {
  const auto policy = this->policy();
  serve::Delivering delivering(config_, policy, late_close_);
  auto batch = this->batch(serve::local_line("bob"), {"bob@example.test"}, 1);
  const auto path = spool::Queue(directory_.path()).path(batch.entries[0]);
  const auto text = fs::read_all(path, 4096).value();
  ASSERT_EQ(truncate(path.c_str(), 0), 0);
  EXPECT_TRUE(delivering.deliver(batch).damaged.empty());
  std::ofstream(path) << text;
  EXPECT_TRUE(delivering.deliver(batch).damaged.empty());
  EXPECT_EQ(delivered(), 1u);
}

TEST_F(Delivering, AfterSilenceOnlyAWholeBatchGoesOn) {
  for (const bool whole : {false, true}) {
    const auto policy = this->policy();
    serve::Delivering delivering(config_, policy, late_close_);
    auto given = batch(nobody, {"x@far.test"}, whole ? 2 : 3);
    given.whole = whole;
    const auto report = delivering.deliver(given);
    EXPECT_EQ(report.begun, whole ? 2u : 1u);
    EXPECT_EQ(report.fortune, Fortune::trouble);
    ASSERT_EQ(report.deferred.size(), report.begun);
    EXPECT_EQ(report.deferred[0].id, given.entries[0].id);
    EXPECT_GT(report.deferred[0].due, serve::now_seconds() + 1000);
    if (!whole) {
      const spool::Queue queue(directory_.path());
      for (const auto& entry : queue.scan().value()) ASSERT_TRUE(queue.remove(entry));
    }
  }
  EXPECT_EQ(queued(), 2u);
}

TEST_F(Delivering, WhoIsHereGetsItThoughNobodyAnswersElsewhere) {
  const auto policy = this->policy();
  serve::Delivering delivering(config_, policy, late_close_);
  const auto report = delivering.deliver(batch(nobody, {"bob@example.test", "x@far.test"}, 1));
  EXPECT_EQ(report.fortune, Fortune::trouble);
  EXPECT_EQ(report.deferred.size(), 1u);
  EXPECT_EQ(delivered(), 1u);
  EXPECT_EQ(queued(), 1u);
}

TEST_F(Delivering, AConnectionIsKeptForTheNextBatchUntilItRests) {
  const Peer peer;
  const auto policy = this->policy(smtp::to_string(peer.host()));
  serve::Delivering delivering(config_, policy, late_close_);
  const auto port = [&] {
    const auto report = delivering.deliver(batch(smtp::to_string(peer.host()), {"x@far.test"}, 2));
    EXPECT_EQ(report.begun, 2u);
    EXPECT_EQ(report.fortune, Fortune::good);
    EXPECT_EQ(queued(), 0u);
    return peer.last_port();
  };
  const auto first = port();
  EXPECT_NE(first, 0);
  EXPECT_EQ(port(), first);
  delivering.rest();
  EXPECT_NE(port(), first);
}

TEST_F(Delivering, AHostThatWasInTroubleIsAskedAgain) {
  const Peer peer("EHLO", "421 not now");
  const auto policy = this->policy(smtp::to_string(peer.host()));
  serve::Delivering delivering(config_, policy, late_close_);
  const auto port = [&] {
    EXPECT_EQ(delivering.deliver(batch(smtp::to_string(peer.host()), {"x@far.test"}, 1)).fortune,
              Fortune::trouble);
    return peer.last_port();
  };
  const auto first = port();
  EXPECT_NE(port(), first);
}

TEST_F(Delivering, WhoeverIsToldToEndBeginsNothing) {
  const auto given = batch(serve::local_line("bob"), {"bob@example.test"}, 1);
  const auto policy = this->policy();
  serve::Delivering delivering(config_, policy, late_close_);
  sigset_t ending, before;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &ending, &before), 0);
  ASSERT_EQ(raise(SIGTERM), 0);
  EXPECT_EQ(delivering.deliver(given).begun, 0u);
  int number = 0;
  EXPECT_EQ(sigwait(&ending, &number), 0);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(queued(), 1u);
  EXPECT_EQ(delivering.deliver(given).begun, 1u);
  EXPECT_EQ(delivered(), 1u);
}

}  // namespace
}  // namespace delivering_test

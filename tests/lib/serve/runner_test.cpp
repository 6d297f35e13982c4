#include "serve/runner.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "serve/clock.hpp"
#include "spool/writer.hpp"
#include "talk.hpp"

namespace runner_test {
namespace {

class Runner : public testing::Test {
 protected:
  Runner() {
    for (const char digit : std::string_view("0123456789abcdef"))
      std::filesystem::create_directories(at("queue/") + digit);
    std::filesystem::create_directory(at("bob"));
    std::ofstream(at("domains")) << "example.test\n";
    std::ofstream(at("users")) << "bob:*:" << getuid() << ":" << getgid() << "::" << at("bob") << "::\n";
    std::ofstream(at("routes")) << "* 127.0.0.1:1\n";
    config_.delivery.hostname = config_.delivery.local.hostname = "mx.test";
    config_.delivery.spool = directory_.path();
    config_.delivery.timeout = 1000;
    config_.places.deliveries = 3;
  }
  std::string at(const std::string& name) const { return directory_.path() + "/" + name; }
  void queue(const std::string& recipient) const {
    auto writer =
        spool::Writer::create(directory_.path(), serve::now_microseconds(), "", {recipient}).value();
    ASSERT_TRUE(writer.write("Subject: x\n\n"));
    ASSERT_TRUE(writer.commit());
  }
  base::Result<void> run() const {
    std::vector<std::string> arguments = {"--postmaster=bob"};
    for (const char* name : {"domains", "users", "routes"})
      arguments.push_back("--" + std::string(name) + "=" + at(name));
    constexpr std::string_view keys[] = {"domains", "users", "routes", "postmaster"};
    auto accounts =
        serve::AccountFiles::load(proc::parse({"test", "", "", "", {}, keys}, arguments).value()).value();
    return serve::run_queue({config_, std::move(accounts)});
  }
  std::size_t delivered() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(at("bob/Maildir/new")), {}));
  }

  Directory directory_;
  serve::RunnerConfig config_;
};

TEST_F(Runner, EveryMessageThatIsDueGetsItsTurn) {
  // More than the children and their batches take at once, and several places.
  for (int i = 0; i < 60; ++i) queue("bob@example.test");
  for (int i = 0; i < 60; ++i) queue("x@" + std::to_string(i % 6) + ".far.test");
  EXPECT_TRUE(run());
  EXPECT_EQ(delivered(), 60u);
  const auto left = spool::Queue(directory_.path()).scan().value();
  EXPECT_EQ(left.size(), 60u);
  for (const auto& entry : left) EXPECT_GT(entry.due, serve::now_seconds() + 1000);
}

TEST_F(Runner, WhatIsNotDueWaits) {
  queue("bob@example.test");
  const spool::Queue queue(directory_.path());
  ASSERT_TRUE(queue.defer(queue.scan().value().at(0), serve::now_seconds() + 100));
  EXPECT_TRUE(run());
  EXPECT_FALSE(std::filesystem::exists(at("bob/Maildir")));
}

TEST_F(Runner, ADirectoryThatCannotBeReadIsSaidAndKeepsNothingElse) {
  for (int i = 0; i < 40; ++i) queue("bob@example.test");
  std::size_t there = 0;
  std::string lost;
  for (const auto& entry : spool::Queue(directory_.path()).scan().value()) {
    const auto bucket = at("queue/") + spool::Queue(directory_.path()).path(entry).at(at("queue/").size());
    if (lost.empty()) lost = bucket;
    there += bucket == lost ? 0 : 1;
  }
  std::filesystem::rename(lost, at("away"));
  const auto done = run();
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find(lost), std::string::npos);
  EXPECT_EQ(delivered(), there);
}

}  // namespace
}  // namespace runner_test

#include "serve/place_delivery.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "serve/clock.hpp"
#include "spool/writer.hpp"
#include "talk.hpp"

namespace place_delivery_test {
namespace {

class PlaceDelivery : public testing::Test {
 protected:
  PlaceDelivery() {
    for (const char digit : std::string_view("0123456789abcdef"))
      std::filesystem::create_directories(directory_.path() + "/queue/" + digit);
    auto writer =
        spool::Writer::create(directory_.path(), serve::now_microseconds(), "a@b.test", {"x"}).value();
    EXPECT_TRUE(writer.write("Subject: x\n\nbody\n"));
    EXPECT_TRUE(writer.commit());
    const spool::Queue queue(directory_.path());
    message_ = queue.open(queue.scan().value().at(0)).value();
    how_.hostname = "mx.test";
    // As root it has to be somebody else.
    if (geteuid() == 0) how_.user = proc::Identity{65534, 65534};
    chmod(directory_.path().c_str(), 0777);
  }
  serve::Attempt deliver(const std::string& target) const {
    return serve::deliver_to_place(how_, smtp::parse_forward_target(target).value(), message_, "|x:1")
        .value();
  }
  std::string text_of(const std::string& path) const {
    const auto text = fs::read_all(path, 10'000);
    return text ? *text : "";
  }
  std::string program(const std::string& text) const {
    const auto path = directory_.path() + "/program";
    std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
    chmod(path.c_str(), 0755);
    return "|" + path;
  }

  Directory directory_;
  spool::Message message_;
  serve::PlaceDelivery how_;
};

TEST_F(PlaceDelivery, AProgramGetsTheMessageAndItsEnvelope) {
  const auto out = directory_.path() + "/out";
  const auto attempt = deliver(program("{ echo $SENDER $RECIPIENT $1; cat; } >" + out) + " one");
  EXPECT_EQ(attempt.outcome, serve::Outcome::delivered) << attempt.reason;
  EXPECT_NE(text_of(out).find("a@b.test |x:1 one\n"), std::string::npos) << text_of(out);
  EXPECT_NE(text_of(out).find("Subject: x\n\nbody\n"), std::string::npos);
}

TEST_F(PlaceDelivery, WhatAProgramSaysOfItIsBelieved) {
  auto attempt = deliver(program("echo no; exit 65"));
  EXPECT_EQ(attempt.outcome, serve::Outcome::failed);
  EXPECT_NE(attempt.reason.find("no"), std::string::npos);
  EXPECT_EQ(deliver(program("exit 75")).outcome, serve::Outcome::deferred);
  EXPECT_EQ(deliver("|/none/there").outcome, serve::Outcome::deferred);
}

TEST_F(PlaceDelivery, OneThatStopsWhoStartedItHoldsNobodyUp) {
  const auto attempt = deliver(program("kill -STOP $PPID; exec tail -f /dev/null"));
  EXPECT_EQ(attempt.outcome, serve::Outcome::deferred);
  EXPECT_EQ(attempt.reason, "the delivery hangs");
}

TEST_F(PlaceDelivery, AProgramHasNoTerminalOfWhoeverStartedThis) {
  const auto out = directory_.path() + "/out";
  EXPECT_EQ(deliver(program("cut -d ' ' -f 6 /proc/self/stat >" + out)).outcome, serve::Outcome::delivered);
  EXPECT_FALSE(text_of(out).empty());
  EXPECT_NE(text_of(out), std::to_string(getsid(0)) + "\n");
}

TEST_F(PlaceDelivery, FilesAndMaildirs) {
  const auto mbox = directory_.path() + "/mbox";
  EXPECT_EQ(deliver(mbox).outcome, serve::Outcome::delivered);
  EXPECT_TRUE(text_of(mbox).starts_with("From a@b.test "));
  EXPECT_EQ(deliver(directory_.path() + "/dir/").outcome, serve::Outcome::delivered);
  EXPECT_NE(std::filesystem::directory_iterator(directory_.path() + "/dir/new"),
            std::filesystem::directory_iterator());
  EXPECT_EQ(deliver(directory_.path() + "/none/mbox").outcome, serve::Outcome::deferred);
}

TEST_F(PlaceDelivery, WhatComesBackIsNotDeliveredAgain) {
  auto writer =
      spool::Writer::create(directory_.path(), serve::now_microseconds(), "a@b.test", {"x"}).value();
  ASSERT_TRUE(writer.write("Delivered-To: |x:1\nSubject: x\n\nbody\n"));
  ASSERT_TRUE(writer.commit());
  const spool::Queue queue(directory_.path());
  for (const auto& entry : queue.scan().value()) {
    if (entry.id == writer.id()) message_ = queue.open(entry).value();
  }
  const auto attempt = deliver(directory_.path() + "/mbox");
  EXPECT_EQ(attempt.outcome, serve::Outcome::failed);
  EXPECT_EQ(attempt.status, "5.4.6");
  EXPECT_FALSE(std::filesystem::exists(directory_.path() + "/mbox"));
}

TEST_F(PlaceDelivery, NeverAsRoot) {
  if (geteuid() != 0) GTEST_SKIP() << "only root is refused it";
  for (const auto& user : {std::optional<proc::Identity>(), std::optional(proc::Identity{0, 0})}) {
    how_.user = user;
    const auto attempt = deliver(directory_.path() + "/mbox");
    EXPECT_EQ(attempt.outcome, serve::Outcome::deferred);
    EXPECT_NE(attempt.reason.find("alias-user"), std::string::npos);
  }
  EXPECT_FALSE(std::filesystem::exists(directory_.path() + "/mbox"));
}

}  // namespace
}  // namespace place_delivery_test

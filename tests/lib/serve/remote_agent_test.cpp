#include "serve/remote_agent.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "peer.hpp"

namespace remote_agent_test {
namespace {

/// Whose socket it is, by the kernel's table: the owner of the connection that comes from this port.
int owner_of(std::uint16_t port) {
  std::ifstream table("/proc/net/tcp");
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    std::istringstream words(line);
    std::string number, local, remote, state, queues, timer, retries;
    int uid = -1;
    words >> number >> local >> remote >> state >> queues >> timer >> retries >> uid;
    // Those that are over (TIME_WAIT), from the same port to another host, are nobody's any more.
    if (state == "01" && std::stoi(local.substr(local.find(':') + 1), nullptr, 16) == port) return uid;
  }
  return -1;
}

std::optional<proc::Identity> somebody() {
  return geteuid() == 0 ? std::optional(proc::nobody) : std::nullopt;
}

TEST(RemoteAgent, SaysWhatTheHostSaidAndKeepsTheConnection) {
  const Queued queued;
  Peer peer("RCPT", "250 2.1.5 fine");
  {
    serve::RemoteAgent agent("mx.test", 5000, proc::Identity{getuid(), getgid()});
    for (int i = 0; i < 2; ++i) {
      const auto attempts = agent.deliver(peer.destination(), queued.message, {{"x@y.test"}, {"z@y.test"}});
      ASSERT_TRUE(attempts) << attempts.error().what;
      EXPECT_EQ(outcomes(*attempts), "+2.0.0 +2.0.0 ");
      EXPECT_EQ((*attempts)[0].host, smtp::to_string(peer.host()));
    }
  }
  const std::string one =
      "MAIL FROM:<a@b.test>\nRCPT TO:<x@y.test>\nRCPT TO:<z@y.test>\nDATA\nSubject: x\n\n..dot\n.\n";
  EXPECT_EQ(peer.heard(), "EHLO mx.test\n" + one + one + "QUIT\n");
}

/// Whoever has taken the process over may let it hang.
class Hanging : public serve::Exchangers {
 public:
  base::Result<std::vector<serve::NextHop>> find(const std::string&) override {
    while (true) pause();
  }
};

TEST(RemoteAgent, OneThatHangsIsEnded) {
  const Queued queued;
  Hanging domains;
  serve::RemoteAgent agent("mx.test", {1, 1}, proc::Identity{getuid(), getgid()}, &domains);
  const auto attempts =
      agent.deliver({serve::Destination::Kind::domain, "far.test"}, queued.message, {{"x@far.test"}});
  ASSERT_FALSE(attempts);
  EXPECT_EQ(attempts.error().code, base::Exit::temporary);
}

TEST(RemoteAgent, KnowsWhenTheMessageCame) {
  Queued queued;
  queued.message.envelope.parameters = "BY=1000;N";
  queued.message.envelope.received = serve::now_seconds() - 400;
  Peer peer("EHLO", "250-peer\r\n250 DELIVERBY");
  {
    serve::RemoteAgent agent("mx.test", 5000, proc::Identity{getuid(), getgid()});
    const auto attempts = agent.deliver(peer.destination(), queued.message, {{"x@y.test"}});
    ASSERT_TRUE(attempts) << attempts.error().what;
  }
  const auto at = peer.heard().find(" BY=");
  ASSERT_NE(at, std::string::npos) << peer.heard();
  const int left = std::stoi(peer.heard().substr(at + 4));
  EXPECT_TRUE(left > 0 && left <= 600) << left;
}

TEST(RemoteAgent, TheOneWhoTalksIsSomebodyElse) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody";
  const Queued queued;
  Peer peer("RCPT", "550 5.1.1 no");
  serve::RemoteAgent agent("mx.test", 5000, somebody());
  const auto attempts = agent.deliver(peer.destination(), queued.message, {{"x@y.test"}});
  ASSERT_TRUE(attempts) << attempts.error().what;
  EXPECT_EQ(outcomes(*attempts), "!5.1.1 ");
  EXPECT_EQ(owner_of(peer.last_port()), static_cast<int>(somebody()->uid));
}

TEST(RemoteAgent, WithNobodyToBecomeItWorksHere) {
  const Queued queued;
  Peer peer;
  serve::RemoteAgent agent("mx.test", 5000, {});
  EXPECT_EQ(outcomes(agent.deliver(peer.destination(), queued.message, {{"x@y.test"}}).value()), "+2.0.0 ");
}

}  // namespace
}  // namespace remote_agent_test

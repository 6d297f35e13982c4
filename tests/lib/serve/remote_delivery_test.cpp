#include "serve/remote_delivery.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <list>
#include <set>

#include "peer.hpp"
#include "proc/orphan.hpp"

namespace remote_delivery_test {
namespace {

TEST(RemoteHosts, OneConnectionCarriesManyMessages) {
  const Queued queued;
  Peer peer;
  {
    serve::RemoteHosts hosts("mx.test", 5000);
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ(outcomes(hosts.deliver(peer.destination(), queued.message, {{"x@y.test"}}).value()),
                "+2.0.0 ");
  }
  const std::string one = "MAIL FROM:<a@b.test>\nRCPT TO:<x@y.test>\nDATA\nSubject: x\n\n..dot\n.\n";
  EXPECT_EQ(peer.heard(), "EHLO mx.test\n" + one + one + "QUIT\n");
}

TEST(RemoteHosts, RefusalsAreThoseOfTheHost) {
  const Queued queued;
  Peer peer("RCPT", "550 5.1.1 no");
  serve::RemoteHosts hosts("mx.test", 5000);
  const auto attempts =
      hosts.deliver(peer.destination(), queued.message, {{"x@y.test"}, {"z@y.test"}}).value();
  EXPECT_EQ(outcomes(attempts), "!5.1.1 !5.1.1 ");
  EXPECT_EQ(attempts[0].reason, "550 5.1.1 no");
  EXPECT_EQ(attempts[0].host, smtp::to_string(peer.host()));
}

TEST(RemoteHosts, AHostThatEndsAFreshConnectionIsNotAskedInACircle) {
  const Queued queued;
  Peer peer("MAIL", "421 4.3.2 not now");
  serve::RemoteHosts hosts("mx.test", 5000);
  EXPECT_EQ(outcomes(hosts.deliver(peer.destination(), queued.message, {{"x@y.test"}}).value()), "~4.3.2 ");
}

TEST(RemoteHosts, OneThatCannotBeReachedIsTriedOnce) {
  const Queued queued;
  serve::RemoteHosts hosts("mx.test", 1000);
  const serve::Destination nobody = {serve::Destination::Kind::route, "127.0.0.1:1"};
  const auto first = hosts.deliver(nobody, queued.message, {{"x@y.test"}}).value();
  EXPECT_EQ(outcomes(first), "~4.4.1 ");
  EXPECT_EQ(hosts.deliver(nobody, queued.message, {{"x@y.test"}}).value()[0].reason, first[0].reason);
}

/// Connections of this process to one of these ports.
std::size_t connections_to(const std::set<std::uint16_t>& ports) {
  std::size_t out = 0;
  for (const auto& one : std::filesystem::directory_iterator("/proc/self/fd")) {
    sockaddr_in peer = {};
    socklen_t size = sizeof peer;
    const int descriptor = std::stoi(one.path().filename());
    if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0 && peer.sin_family == AF_INET)
      out += ports.count(ntohs(peer.sin_port));
  }
  return out;
}

TEST(RemoteHosts, NotEveryConnectionIsKept) {
  const Queued queued;
  std::list<Peer> peers(23);
  std::set<std::uint16_t> ports;
  serve::RemoteHosts hosts("mx.test", 5000);
  for (const auto& peer : peers) {
    ports.insert(peer.host().port);
    EXPECT_EQ(outcomes(hosts.deliver(peer.destination(), queued.message, {{"x@y.test"}}).value()), "+2.0.0 ");
  }
  EXPECT_EQ(connections_to(ports), 20U);
}

class Hosts : public serve::Exchangers {
 public:
  base::Result<std::vector<serve::NextHop>> find(const std::string& domain) override {
    asked += domain + " ";
    if (code != base::Exit::ok) return base::fail(code, "why");
    return hops;
  }
  void add(const smtp::Host& host) { hops.push_back({host.name, host.port}); }
  std::vector<serve::NextHop> hops;
  std::string asked;
  base::Exit code = base::Exit::ok;
};

TEST(RemoteHosts, TheHostsOfADomainAreTriedUntilOneTakesIt) {
  const Queued queued;
  Peer later("RCPT", "451 4.7.1 greylisted");
  Peer good;
  Hosts domains;
  domains.add({"127.0.0.1", 1});
  domains.add(later.host());
  domains.add(good.host());
  serve::RemoteHosts hosts("mx.test", 5000, &domains);
  const serve::Destination domain = {serve::Destination::Kind::domain, "y.test"};
  const auto attempts = hosts.deliver(domain, queued.message, {{"x@y.test"}}).value();
  EXPECT_EQ(outcomes(attempts), "+2.0.0 ");
  EXPECT_EQ(attempts[0].host, smtp::to_string(good.host()));
  EXPECT_EQ(domains.asked, "y.test ");
  domains.hops.pop_back();
  EXPECT_EQ(hosts.deliver(domain, queued.message, {{"x@y.test"}}).value()[0].reason, "451 4.7.1 greylisted");
}

TEST(RemoteHosts, ARefusalForGoodIsNotTakenToAnother) {
  const Queued queued;
  Peer no("RCPT", "550 5.1.1 no");
  Peer other;
  Hosts domains;
  domains.add(no.host());
  domains.add(other.host());
  serve::RemoteHosts hosts("mx.test", 5000, &domains);
  EXPECT_EQ(outcomes(hosts.deliver({{}, "y.test"}, queued.message, {{"x@y.test"}}).value()), "!5.1.1 ");
}

/// Listens, and says nothing.
struct Silent {
  Silent() : listening(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listening.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listening.get(), 10), 0);
    EXPECT_EQ(getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    host = {"127.0.0.1", ntohs(address.sin_port)};
  }
  fs::Fd listening;
  smtp::Host host;
};

TEST(RemoteHosts, OneThatIsToEndWaitsForNoHostOnceAnotherHasTakenItForSome) {
  const Queued queued;
  Peer some("RCPT TO:<z@y.test>", "451 4.2.1 later");
  const Silent silent;
  Hosts domains;
  domains.add(some.host());
  domains.add(silent.host);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t pid = fork();
  if (pid == 0) {
    serve::RemoteHosts hosts("mx.test", 3'600'000, &domains);
    const auto attempts = hosts.deliver({{}, "y.test"}, queued.message, {{"x@y.test"}, {"z@y.test"}}).value();
    const auto text = outcomes(attempts);
    (void)!write(ends[1], text.data(), text.size());
    _exit(0);
  }
  const fs::Fd waits(accept(silent.listening.get(), nullptr, nullptr));
  proc::end_early(pid);
  pollfd said = {ends[0], POLLIN, 0};
  EXPECT_EQ(poll(&said, 1, 20'000), 1);
  kill(pid, SIGKILL);
  EXPECT_EQ(waitpid(pid, nullptr, 0), pid);
  close(ends[1]);
  char text[100] = {};
  EXPECT_GT(read(ends[0], text, sizeof text - 1), 0);
  // Of the other nothing is to be recorded.
  EXPECT_STREQ(text, "+2.0.0 ~ ");
  close(ends[0]);
}

TEST(RemoteHosts, WhatTheSearchDoesNotFind) {
  const Queued queued;
  Hosts domains;
  serve::RemoteHosts hosts("mx.test", 5000, &domains);
  EXPECT_EQ(outcomes(hosts.deliver({{}, "y.test"}, queued.message, {{"x@y.test"}}).value()), "~4.4.4 ");
  for (const auto& [code, wanted] :
       {std::pair(base::Exit::no_host, "!5.1.2 "), std::pair(base::Exit::unavailable, "!5.1.10 "),
        std::pair(base::Exit::protocol, "!5.4.6 "), std::pair(base::Exit::temporary, "~4.4.3 ")}) {
    domains.code = code;
    EXPECT_EQ(outcomes(hosts.deliver({{}, "y.test"}, queued.message, {{"x@y.test"}}).value()), wanted);
  }
  serve::RemoteHosts nobody("mx.test", 5000);
  EXPECT_EQ(outcomes(nobody.deliver({{}, "y.test"}, queued.message, {{"x@y.test"}}).value()), "!5.1.2 ");
}

}  // namespace
}  // namespace remote_delivery_test

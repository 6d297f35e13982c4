#include "serve/remote_delivery.hpp"

#include <gtest/gtest.h>

#include "peer.hpp"

namespace {

TEST(RemoteHosts, OneConnectionCarriesManyMessages) {
  const Queued queued;
  Peer peer;
  {
    serve::RemoteHosts hosts("mx.test", 5000);
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ(outcomes(hosts.deliver(peer.host(), queued.message, {"x@y.test"}).value()), "+2.0.0 ");
  }
  const std::string one = "MAIL FROM:<a@b.test>\nRCPT TO:<x@y.test>\nDATA\nSubject: x\n\n..dot\n.\n";
  EXPECT_EQ(peer.heard(), "EHLO mx.test\n" + one + one + "QUIT\n");
}

TEST(RemoteHosts, RefusalsAreThoseOfTheHost) {
  const Queued queued;
  Peer peer("RCPT", "550 5.1.1 no");
  serve::RemoteHosts hosts("mx.test", 5000);
  const auto attempts = hosts.deliver(peer.host(), queued.message, {"x@y.test", "z@y.test"}).value();
  EXPECT_EQ(outcomes(attempts), "!5.1.1 !5.1.1 ");
  EXPECT_EQ(attempts[0].reason, "550 5.1.1 no");
  EXPECT_EQ(attempts[0].host, smtp::to_string(peer.host()));
}

TEST(RemoteHosts, AHostThatEndsAFreshConnectionIsNotAskedInACircle) {
  const Queued queued;
  Peer peer("MAIL", "421 4.3.2 not now");
  serve::RemoteHosts hosts("mx.test", 5000);
  EXPECT_EQ(outcomes(hosts.deliver(peer.host(), queued.message, {"x@y.test"}).value()), "~4.3.2 ");
}

TEST(RemoteHosts, OneThatCannotBeReachedIsTriedOnce) {
  const Queued queued;
  serve::RemoteHosts hosts("mx.test", 1000);
  const smtp::Host nobody = {"127.0.0.1", 1};
  const auto first = hosts.deliver(nobody, queued.message, {"x@y.test"}).value();
  EXPECT_EQ(outcomes(first), "~4.4.1 ");
  EXPECT_EQ(hosts.deliver(nobody, queued.message, {"x@y.test"}).value()[0].reason, first[0].reason);
}

}  // namespace

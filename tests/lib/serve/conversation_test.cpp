#include "serve/conversation.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "peer.hpp"

namespace {

serve::Conversation::Opened open(const Peer& peer, serve::NextHop hop, net::TlsClient& tls,
                                 const serve::RouteFiles& files = {}) {
  hop.name = peer.host().name;
  hop.port = peer.host().port;
  return serve::Conversation::open(hop, {"mx.test", 5000, tls, files});
}

smtp::Transaction transaction(std::uint64_t size) {
  return {"a@b.test", {{"x@y.test"}}, size};
}

TEST(Conversation, CarriesTransactionsAndSaysGoodbye) {
  const Queued queued;
  const auto content = serve::Outgoing::survey(queued.message).value();
  Peer peer;
  net::TlsClient tls;
  {
    const auto opened = open(peer, {}, tls);
    ASSERT_TRUE(opened.conversation) << opened.trouble.reason;
    opened.conversation->carry(transaction(content.size()), content);
    ASSERT_EQ(opened.conversation->client().verdicts().size(), 1U);
    EXPECT_EQ(opened.conversation->client().verdicts()[0].status, "2.0.0");
    EXPECT_FALSE(opened.conversation->closed());
    EXPECT_FALSE(opened.conversation->used_up());
    EXPECT_EQ(opened.conversation->tls(), "");
  }
}

TEST(Conversation, WhatCannotBeReadHereIsNotTheHostsTrouble) {
  const Queued queued;
  const auto content = serve::Outgoing::survey(queued.message).value();
  ASSERT_EQ(ftruncate(queued.message.file.get(), 20), 0);
  Peer peer;
  net::TlsClient tls;
  {
    const auto opened = open(peer, {}, tls);
    ASSERT_TRUE(opened.conversation) << opened.trouble.reason;
    opened.conversation->carry(transaction(content.size()), content);
    ASSERT_EQ(opened.conversation->client().verdicts().size(), 1U);
    EXPECT_EQ(opened.conversation->client().verdicts()[0].status, "4.3.0");
    EXPECT_TRUE(opened.conversation->closed());
  }
  EXPECT_EQ(peer.heard().find("\n.\n"), std::string::npos);
}

TEST(Conversation, AHostIsUsedUpWhenItSaysSo) {
  const Queued queued;
  const auto content = serve::Outgoing::survey(queued.message).value();
  Peer peer("EHLO", "250-x\r\n250 LIMITS MAILMAX=1");
  net::TlsClient tls;
  const auto opened = open(peer, {}, tls);
  ASSERT_TRUE(opened.conversation);
  EXPECT_FALSE(opened.conversation->used_up());
  opened.conversation->carry(transaction(content.size()), content);
  EXPECT_TRUE(opened.conversation->used_up());
}

TEST(Conversation, WhyThereIsNone) {
  Peer peer("EHLO", "421 4.3.2 not now");
  Peer plain;
  net::TlsClient tls;
  EXPECT_EQ(open(peer, {}, tls).trouble.status, "4.4.1");
  serve::NextHop hop;
  hop.tls = serve::TlsLevel::encrypt;
  EXPECT_EQ(open(plain, hop, tls).trouble.status, "4.7.4");
  hop.tls = serve::TlsLevel::dane;
  EXPECT_EQ(open(plain, hop, tls).trouble.status, "4.7.5");
  hop = {};
  hop.login = "/nowhere";
  EXPECT_EQ(open(plain, hop, tls).trouble.status, "4.3.5");
  serve::RouteFiles files;
  files.add("/nowhere", "user:password");
  EXPECT_EQ(open(plain, hop, tls, files).trouble.status, "4.7.8");
  hop = {};
  hop.source = "192.0.2.1";
  EXPECT_EQ(open(plain, hop, tls).trouble.status, "4.4.1");
}

}  // namespace

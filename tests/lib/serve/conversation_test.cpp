#include "serve/conversation.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "peer.hpp"

namespace conversation_test {
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

/// What comes of a message to one recipient.
std::string carry(const serve::Conversation::Opened& opened, const serve::Outgoing& content) {
  if (!opened.conversation) return opened.trouble.reason;
  opened.conversation->carry(transaction(content.size()), content);
  const auto& verdicts = opened.conversation->client().verdicts();
  return verdicts.size() == 1 ? verdicts[0].status : std::to_string(verdicts.size()) + " verdicts";
}

TEST(Conversation, CarriesTransactionsAndSaysGoodbye) {
  const Queued queued;
  Peer peer;
  net::TlsClient tls;
  {
    const auto opened = open(peer, {}, tls);
    ASSERT_EQ(carry(opened, serve::Outgoing::survey(queued.message).value()), "2.0.0");
    EXPECT_FALSE(opened.conversation->closed());
    EXPECT_FALSE(opened.conversation->used_up());
    EXPECT_EQ(opened.conversation->tls(), "");
  }
}

TEST(Conversation, AHostIsWaitedForBrieflyUntilItSpeaksAndAsLongAsOthersFromThenOn) {
  const serve::Patience patience = {300'000, 600'000};
  for (const std::uint64_t spread : {0U, 1U, 50U, 51U, 4'000'000'001U}) {
    const auto brief = patience.brief(spread);
    EXPECT_GE(brief.opening, 7000);
    EXPECT_LE(brief.opening, 12'000);
    EXPECT_EQ(brief.each, 300'000);
    EXPECT_EQ(brief.final, 600'000);
  }
  EXPECT_NE(patience.brief(1).opening, patience.brief(2).opening);
  EXPECT_EQ(serve::Patience(1000).brief(5).opening, 1000);
}

/// Says these, each but the first after something was heard, and then nothing, for five seconds at most.
class FallsSilent {
 public:
  explicit FallsSilent(std::vector<std::string> said) : said_(std::move(said)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const place = reinterpret_cast<sockaddr*>(&address);
    if (bind(listening_.get(), place, length) != 0 || listen(listening_.get(), 10) != 0) std::abort();
    getsockname(listening_.get(), place, &length);
    hop_.name = "127.0.0.1";
    hop_.port = ntohs(address.sin_port);
    thread_ = std::thread([this] { talk(); });
  }
  ~FallsSilent() { thread_.join(); }

  serve::NextHop hop_;

 private:
  void talk() const {
    const fs::Fd connection(accept(listening_.get(), nullptr, nullptr));
    const timeval patience = {5, 0};
    setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char heard[4096];
    for (const auto& line : said_) {
      if (!fs::write_all(connection.get(), line + "\r\n")) return;
      if (recv(connection.get(), heard, sizeof heard, 0) <= 0) return;
    }
    while (recv(connection.get(), heard, sizeof heard, 0) > 0) continue;
  }

  std::vector<std::string> said_;
  fs::Fd listening_ = fs::Fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  std::thread thread_;
};

TEST(Conversation, AHostThatTakesTheCallAndSaysNothingIsLeftWhenTheOpeningTakesTooLong) {
  const FallsSilent host({});
  serve::Patience patience = 3'600'000;
  patience.opening = 100;
  net::TlsClient tls;
  const auto opened = serve::Conversation::open(host.hop_, {"mx.test", patience, tls, {}});
  EXPECT_FALSE(opened.conversation);
  EXPECT_EQ(opened.trouble.status, "4.4.1");
  EXPECT_EQ(opened.trouble.reason, "the host was silent too long");
}

TEST(Conversation, OneThatHasSpokenGetsAsLongAsOthersForTheRest) {
  serve::Patience patience = 100;
  patience.opening = 3'600'000;
  net::TlsClient tls;
  const FallsSilent greets({"220 x"});
  auto opened = serve::Conversation::open(greets.hop_, {"mx.test", patience, tls, {}});
  EXPECT_EQ(opened.trouble.reason, "the host was silent too long");
  FallsSilent offers({"220 x", "250-x\r\n250 STARTTLS", "220 go"});
  // Where it may do without, what hangs would go in clear.
  offers.hop_.tls = serve::TlsLevel::encrypt;
  opened = serve::Conversation::open(offers.hop_, {"mx.test", patience, tls, {}});
  EXPECT_EQ(opened.trouble.reason, "TLS handshake: took too long");
}

TEST(Conversation, WhatCannotBeReadHereIsNotTheHostsTrouble) {
  Queued queued;
  // As of a long one, nothing of it is kept.
  queued.message.text.clear();
  const auto content = serve::Outgoing::survey(queued.message).value();
  ASSERT_EQ(ftruncate(queued.message.file.get(), 20), 0);
  Peer peer;
  net::TlsClient tls;
  {
    const auto opened = open(peer, {}, tls);
    ASSERT_EQ(carry(opened, content), "4.3.0");
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
  EXPECT_EQ(carry(opened, content), "2.0.0");
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
}  // namespace conversation_test

#include "serve/resolver_helper.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

namespace resolver_helper_test {
namespace {

using net::RecordType;
using serve::ResolverSession;
using namespace std::chrono_literals;

/// A session, and the other end of its channel.
struct Talk {
  explicit Talk(serve::ResolverLimits limits = {}) : Talk(limits, ends()) {}

  std::string heard() const {
    char buffer[4096];
    const auto got = recv(far.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    return {buffer, got > 0 ? static_cast<std::size_t>(got) : 0};
  }
  void say(std::string_view text) const { ASSERT_TRUE(fs::write_all(far.get(), text)); }

  ResolverSession session;
  fs::Fd far;

 private:
  Talk(serve::ResolverLimits limits, std::pair<int, int> pair)
      : session(fs::Fd(pair.first), limits), far(pair.second) {}
  static std::pair<int, int> ends() {
    int both[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, both) != 0) std::abort();
    return {both[0], both[1]};
  }
};

std::string first(const net::Answer& answer) {
  return answer.values.empty() ? "-" : answer.values[0];
}

TEST(ResolverSession, AnswersComeInAnyOrder) {
  Talk talk;
  const auto one = talk.session.ask(RecordType::a, "one.test");
  const auto two = talk.session.ask(RecordType::mx, "two.test");
  EXPECT_EQ(talk.heard(), "1 A one.test\n2 MX two.test\n");
  talk.say(
      "2\tfound\tinsecure\t60\tMX\ttwo.test\ttwo.test\t10 "
      "mx.test\n1\tfound\tsecure\t60\tA\tone.test\t-\t192");
  talk.say(".0.2.1\n");
  const auto answer = talk.session.wait(one);
  EXPECT_EQ(first(answer), "192.0.2.1");
  EXPECT_TRUE(answer.secure);
  EXPECT_EQ(first(talk.session.wait(two)), "10 mx.test");
  // Once for each.
  EXPECT_TRUE(talk.session.wait(two).unknown());
}

TEST(ResolverSession, WhatWasNotAskedIsNoAnswer) {
  Talk talk({200, 50ms, 1s});
  const auto ticket = talk.session.ask(RecordType::a, "one.test");
  talk.say(
      "2\tfound\tinsecure\t60\tA\tone.test\t-\t192.0.2.1\n1\tfound\tinsecure\t60\tA\ttwo.test\t-\t192.0.2.1\n"
      "1\tfound\tinsecure\t60\tMX\tone.test\t-\t10 "
      "a\nfound\tinsecure\t60\tA\tone.test\t-\t192.0.2.1\nnonsense\n\n");
  EXPECT_EQ(talk.session.wait(ticket), net::no_answer("no answer in time"));
}

TEST(ResolverSession, ASilentOneIsGivenUpAndCostsNoMoreThanAllOfTheTime) {
  Talk talk({200, 40ms, 100ms});
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(talk.session.look_up(RecordType::a, "one.test").unknown());
  const auto taken = std::chrono::steady_clock::now() - begun;
  EXPECT_GE(taken, 90ms);
  EXPECT_LT(taken, 2s);
}

TEST(ResolverSession, NoMoreQuestionsThanItMayAsk) {
  Talk talk({2, 20ms, 1s});
  for (int i = 0; i < 5; ++i) talk.session.ask(RecordType::a, "a");
  EXPECT_EQ(talk.heard(), "1 A a\n2 A a\n");
  EXPECT_EQ(talk.session.wait(5), net::no_answer("not asked"));
}

TEST(ResolverSession, WhatIsNoNameIsNotAsked) {
  Talk talk;
  for (const char* name : {"", "a b", "a\nA b", "a..b"}) {
    const auto ticket = talk.session.ask(RecordType::a, name);
    EXPECT_EQ(talk.session.wait(ticket), net::no_answer("not asked"));
  }
  EXPECT_TRUE(talk.session.wait(talk.session.ask(RecordType::ptr, "unknown")).unknown());
  EXPECT_EQ(talk.heard(), "");
}

TEST(ResolverSession, AResolverThatEndsOrFloodsIsNotWaitedFor) {
  Talk ended;
  const auto ticket = ended.session.ask(RecordType::a, "a");
  ended.far.reset();
  EXPECT_TRUE(ended.session.wait(ticket).unknown());
  EXPECT_TRUE(ended.session.look_up(RecordType::a, "a").unknown());
  Talk flood;
  const auto asked = flood.session.ask(RecordType::a, "a");
  std::thread writer([&] {
    const std::string much(1 << 20, 'x');
    (void)send(flood.far.get(), much.data(), much.size(), MSG_NOSIGNAL);
  });
  EXPECT_TRUE(flood.session.wait(asked).unknown());
  writer.join();
}

TEST(ResolverSession, WithoutAChannelNothingIsKnown) {
  ResolverSession session(fs::Fd(), {});
  EXPECT_TRUE(session.look_up(RecordType::a, "a").unknown());
}

/// What is started in place of resolve: a script.
serve::ResolverCommand script(const std::string& text) {
  return {{"/bin/sh", "-c", text}, 1, {}, {}};
}

TEST(ResolverCommand, AskedAreAddresses) {
  static constexpr std::string_view keys[] = {"resolver"};
  const auto named = [](const std::string& first, const std::string& second) {
    const std::string words[] = {"--config=/dev/null", "--resolver=" + first, "--resolver=" + second};
    return serve::name_servers(proc::parse({"test", "", "", "", {}, keys}, words).value());
  };
  for (const char* good : {"127.0.0.1", "192.0.2.1@53", "192.0.2.1@65535", "::1", "2001:db8::1@5353",
                           "fe80::1%eth0", "fe80::1%eth0@53", "::ffff:192.0.2.1"}) {
    const auto servers = named("192.0.2.53", good);
    ASSERT_TRUE(servers) << good;
    EXPECT_EQ(*servers, (std::vector<std::string>{"192.0.2.53", good}));
  }
  for (const std::string bad :
       {"", "mx.test", "192.0.2.1@", "192.0.2.1@0", "192.0.2.1@65536", "192.0.2.1@-1", "192.0.2.1@5x",
        "192.0.2.1%eth0", "fe80::1%", "192.0.2", "192.0.2.1/32", "[::1]", " ::1", "::1 ", "@53"}) {
    const auto servers = named("192.0.2.53", bad);
    ASSERT_FALSE(servers) << bad;
    EXPECT_EQ(servers.error(),
              base::fail(base::Exit::usage, "resolver: '" + bad + "' is not ADDRESS or ADDRESS@PORT"));
  }
}

TEST(ResolverCommand, IsTriedByCheck) {
  EXPECT_TRUE(serve::ResolverCommand({{"/bin/true", "--channels"}, 1, {}, {}}).check());
  const auto wrong = serve::ResolverCommand({{"/bin/false"}, 1, {}, {}}).check();
  EXPECT_EQ(wrong.error(), base::fail(base::Exit::configuration, "/bin/false ends with 1"));
}

TEST(ResolverHelper, IsStartedByTheFirstQuestionAndAgainWhenItHasEnded) {
  char path[] = "/tmp/tubepost-test.XXXXXX";
  const fs::Fd log(mkstemp(path));
  const auto starts = [&] { return fs::read_all(path, 1000).value().size(); };
  {
    serve::ResolverHelper helper(script("printf x >>" + std::string(path)));
    ASSERT_TRUE(helper.start());
    ASSERT_TRUE(helper.start());
    EXPECT_EQ(starts(), 0U);
    for (std::size_t i = 1; i <= 2; ++i) {
      auto session = ResolverSession::open(helper);
      ASSERT_TRUE(session);
      EXPECT_EQ(starts(), i - 1);
      // The script ends, and with it the channel.
      EXPECT_TRUE(session->look_up(RecordType::a, "a").unknown());
      EXPECT_EQ(starts(), i);
      pollfd ended = {helper.control(), 0, 0};
      ASSERT_EQ(poll(&ended, 1, 10'000), 1);
      ASSERT_TRUE(helper.start());
    }
  }
  unlink(path);
}

TEST(ResolverHelper, AnotherOneIsStartedWhenItsFilesHaveChanged) {
  char path[] = "/tmp/tubepost-test.XXXXXX";
  const fs::Fd file(mkstemp(path));
  auto command = script("true");
  command.files = {path, "/none"};
  serve::ResolverHelper helper(command);
  ASSERT_TRUE(helper.start());
  ASSERT_TRUE(helper.start());
  pollfd state = {helper.control(), 0, 0};
  EXPECT_EQ(poll(&state, 1, 0), 0);
  // Who has forked holds the first one.
  const fs::Fd first(dup(helper.control()));
  ASSERT_TRUE(fs::write_all(file.get(), "nameserver 192.0.2.1\n"));
  ASSERT_TRUE(helper.start());
  struct stat before = {};
  struct stat after = {};
  ASSERT_EQ(fstat(first.get(), &before), 0);
  ASSERT_EQ(fstat(helper.control(), &after), 0);
  EXPECT_NE(before.st_ino, after.st_ino);
  state = {first.get(), 0, 0};
  EXPECT_EQ(poll(&state, 1, 0), 0);
  unlink(path);
}

}  // namespace
}  // namespace resolver_helper_test

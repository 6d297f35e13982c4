#include "serve/resolve_service.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "fs/fd.hpp"

namespace resolve_service_test {
namespace {

/// A name server that takes questions and never answers.
std::string silent_server() {
  static const fs::Fd server(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  (void)bind(server.get(), plain, length);
  if (getsockname(server.get(), plain, &length) != 0 || address.sin_port == 0) std::abort();
  return "127.0.0.1@" + std::to_string(ntohs(address.sin_port));
}

/// libunbound itself knows localhost; nobody knows another name.
net::Lookup lookup() {
  return net::Lookup::create({{silent_server()}, {}}).value();
}

std::pair<fs::Fd, fs::Fd> pair_of(int type) {
  int ends[2];
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
  return {fs::Fd(ends[0]), fs::Fd(ends[1])};
}

/// A service behind a control socket, until this goes.
class Channels {
 public:
  explicit Channels(serve::ResolveLimits limits) {
    auto [near, far] = pair_of(SOCK_SEQPACKET);
    control_ = std::move(near);
    thread_ = std::thread([limits, theirs = std::make_shared<fs::Fd>(std::move(far))] {
      auto own = lookup();
      EXPECT_EQ(serve::resolve_channels(own, limits, theirs->get()).value(), 0);
    });
  }
  ~Channels() {
    control_.reset();
    thread_.join();
  }

  fs::Fd open() const {
    auto [near, far] = pair_of(SOCK_STREAM);
    // Little room for answers that nobody reads.
    const int room = 4096;
    (void)setsockopt(far.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    hand_over({far.get()});
    return std::move(near);
  }
  void hand_over(const std::vector<int>& descriptors) const {
    char octet = 0;
    iovec piece = {&octet, 1};
    alignas(cmsghdr) char extra[CMSG_SPACE(2 * sizeof(int))] = {};
    msghdr message = {};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = extra;
    message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
    auto* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
    std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size() * sizeof(int));
    EXPECT_EQ(sendmsg(control_.get(), &message, 0), 1);
  }
  void say_nothing() const { EXPECT_EQ(send(control_.get(), "x", 1, 0), 1); }

 private:
  fs::Fd control_;
  std::thread thread_;
};

void say(const fs::Fd& channel, std::string_view text) {
  ASSERT_TRUE(fs::write_all(channel.get(), text));
}

/// So many lines, or what there is when the channel ends, or nothing comes for long.
std::string hear(const fs::Fd& channel, std::size_t lines) {
  std::string out;
  while (static_cast<std::size_t>(std::count(out.begin(), out.end(), '\n')) < lines) {
    pollfd waiting = {channel.get(), POLLIN, 0};
    char buffer[4096];
    if (poll(&waiting, 1, 10'000) <= 0) return out + "(silence)";
    const auto got = read(channel.get(), buffer, sizeof buffer);
    if (got <= 0) return out + "(end)";
    out.append(buffer, static_cast<std::size_t>(got));
  }
  return out;
}

constexpr std::string_view home = "\tfound\tinsecure\t10800\tA\tlocalhost\tlocalhost\t127.0.0.1\n";
std::string at_home(const std::string& id) {
  return id + std::string(home);
}

TEST(ResolveService, EachChannelHasItsOwnAnswers) {
  const Channels service({});
  const auto one = service.open();
  const auto two = service.open();
  say(one, "1 A localhost\n");
  say(two, "2 A loc");
  EXPECT_EQ(hear(one, 1), at_home("1"));
  say(two, "alhost\n\n3 A localhost\n");
  EXPECT_EQ(hear(two, 2).size(), 2 * at_home("2").size());
  say(one, "4 A localhost\n");
  EXPECT_EQ(hear(one, 1), at_home("4"));
}

TEST(ResolveService, OneThatSaysNonsenseIsClosedAlone) {
  const Channels service({});
  const auto good = service.open();
  for (const auto& wrong :
       {std::string("x\n"), std::string("A a\x01\n"), std::string(400, 'x'), std::string("1 2 3 4\n")}) {
    const auto bad = service.open();
    say(bad, wrong);
    EXPECT_EQ(hear(bad, 1), "(end)") << wrong;
  }
  service.say_nothing();
  say(good, "1 A localhost\n");
  EXPECT_EQ(hear(good, 1), at_home("1"));
}

/// Nobody can write to it any more.
bool is_closed(const fs::Fd& reading) {
  char octet = 0;
  pollfd waiting = {reading.get(), POLLIN, 0};
  return poll(&waiting, 1, 10'000) == 1 && read(reading.get(), &octet, 1) == 0;
}

TEST(ResolveService, DescriptorsThatAreNoChannelAreClosed) {
  const Channels service({});
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const fs::Fd reading(ends[0]);
  fs::Fd writing(ends[1]);
  service.hand_over({writing.get(), writing.get()});
  writing.reset();
  EXPECT_TRUE(is_closed(reading));
  const fs::Fd file(open("/proc/self/status", O_RDONLY | O_CLOEXEC));
  service.hand_over({file.get()});
  const auto good = service.open();
  say(good, "1 A localhost\n");
  EXPECT_EQ(hear(good, 1), at_home("1"));
}

TEST(ResolveService, ChannelsAreCounted) {
  const Channels service({1000, 2});
  auto one = service.open();
  const auto two = service.open();
  say(one, "1 A localhost\n");
  EXPECT_EQ(hear(one, 1), at_home("1"));
  const auto three = service.open();
  EXPECT_EQ(hear(three, 1), "(end)");
  one.reset();
  say(two, "1 A localhost\n");
  EXPECT_EQ(hear(two, 1), at_home("1"));
  const auto four = service.open();
  say(four, "1 A localhost\n");
  EXPECT_EQ(hear(four, 1), at_home("1"));
}

TEST(ResolveService, OneWhoAsksMuchOrReadsNothingHoldsUpNobody) {
  const Channels service({10'000, 10, 400, 800, 100'000});
  const auto greedy = service.open();
  std::thread asker([&] {
    // More than fits anywhere: what is not read stays in the socket.
    std::string much;
    for (int i = 0; i < 20'000; ++i) much += std::to_string(i) + " A localhost\n";
    (void)send(greedy.get(), much.data(), much.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  });
  asker.join();
  const auto other = service.open();
  for (int i = 0; i < 20; ++i) {
    say(other, "7 A localhost\n");
    EXPECT_EQ(hear(other, 1), at_home("7"));
    // A little room: more answers wait for it than fit.
    if (i == 10) {
      EXPECT_EQ(hear(greedy, 50).find("(silence)"), std::string::npos);
    }
  }
}

TEST(ResolveService, AQuestionNobodyAnswersEndsInTime) {
  const Channels service({50});
  const auto channel = service.open();
  const auto begun = std::chrono::steady_clock::now();
  std::string all;
  for (int i = 0; i < 100; ++i) all += "A n" + std::to_string(i) + ".test\n";
  say(channel, all);
  const auto heard = hear(channel, 100);
  EXPECT_EQ(static_cast<std::size_t>(std::count(heard.begin(), heard.end(), '\n')), 100U);
  EXPECT_EQ(heard.find("found"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

TEST(ResolveService, NoMoreQuestionsAtATimeThanItMayAsk) {
  for (const serve::ResolveLimits limits :
       {serve::ResolveLimits{100, 10, 2}, serve::ResolveLimits{100, 10, 64, 2}}) {
    const Channels service(limits);
    const auto channel = service.open();
    const auto begun = std::chrono::steady_clock::now();
    say(channel, "A a.test\nA b.test\nA c.test\nA d.test\nA e.test\nA f.test\n");
    const auto heard = hear(channel, 6);
    EXPECT_EQ(heard.find("(end)"), std::string::npos);
    EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(300));
  }
}

TEST(ResolveService, LinesOfAFile) {
  char path[] = "/tmp/tubepost-test.XXXXXX";
  const fs::Fd in(mkstemp(path));
  unlink(path);
  say(in, "A localhost\nnonsense\n\nAAAA localhost");
  lseek(in.get(), 0, SEEK_SET);
  auto [near, far] = pair_of(SOCK_STREAM);
  auto own = lookup();
  EXPECT_EQ(serve::resolve_lines(own, {}, in.get(), far.get()).value(), 65);
  far.reset();
  const auto heard = hear(near, 3);
  EXPECT_NE(heard.find("found\tinsecure\t10800\tA\tlocalhost"), std::string::npos);
  EXPECT_NE(heard.find("found\tinsecure\t10800\tAAAA\tlocalhost\tlocalhost\t::1"), std::string::npos);
  EXPECT_NE(heard.find("(end)"), std::string::npos);
}

}  // namespace
}  // namespace resolve_service_test

#include "net/wire.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wire_test {
namespace {

using State = net::Line::State;

struct Pair {
  int ends[2] = {-1, -1};
  Pair() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0); }
  ~Pair() {
    close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
  }
  void send(std::string_view text) { EXPECT_EQ(write(ends[1], text.data(), text.size()), std::ssize(text)); }
  void hang_up() {
    close(ends[1]);
    ends[1] = -1;
  }
};

TEST(Wire, TellsLineEndsAndLengths) {
  Pair pair;
  net::Wire wire(pair.ends[0], pair.ends[0], 1000);
  pair.send("one\r\ntwo\nthree-is-long\r\nabcde\r\nfour");
  auto line = wire.line(5);
  EXPECT_EQ(line.text, "one");
  EXPECT_TRUE(line.crlf);
  line = wire.line(5);
  EXPECT_EQ(line.text, "two");
  EXPECT_FALSE(line.crlf);
  EXPECT_EQ(wire.line(5).state, State::too_long);
  EXPECT_EQ(wire.line(5).text, "abcde");
  pair.hang_up();
  EXPECT_EQ(wire.line(5).state, State::closed);
}

TEST(Wire, SkipsAnEndlessLineInBoundedMemory) {
  Pair pair;
  net::Wire wire(pair.ends[0], pair.ends[0], 1000);
  const std::string chunk(8000, 'x');
  pair.send(chunk);
  pair.send(chunk);
  pair.send("\r\nnext\r\n");
  const auto line = wire.line(100);
  EXPECT_EQ(line.state, State::too_long);
  EXPECT_TRUE(line.crlf);
  EXPECT_EQ(wire.line(100).text, "next");
}

TEST(Wire, TellsTheEndOfALineThatIsTooLong) {
  for (const bool crlf : {true, false}) {
    Pair pair;
    net::Wire wire(pair.ends[0], pair.ends[0], 1000);
    // What is read at once ends between the two.
    pair.send(std::string(16 * 1024 - 1, 'x') + (crlf ? "\r" : "x"));
    pair.send("\nnext\r\n");
    const auto line = wire.line(100);
    EXPECT_EQ(line.state, State::too_long);
    EXPECT_EQ(line.crlf, crlf);
    EXPECT_EQ(wire.line(100).text, "next");
  }
}

TEST(Wire, TimesOutAndFlushesBeforeItWaits) {
  Pair pair;
  net::Wire wire(pair.ends[0], pair.ends[0], 10);
  ASSERT_TRUE(wire.write("250 ok\r\n"));
  EXPECT_EQ(wire.line(100).state, State::timed_out);
  char got[16];
  EXPECT_EQ(read(pair.ends[1], got, sizeof got), 8);
}

TEST(Wire, ALineHasItsTimeAsAWholeHoweverItDrips) {
  Pair pair;
  net::Wire wire(pair.ends[0], pair.ends[0], 10'000);
  pair.send("HEL");
  EXPECT_EQ(wire.line(100, net::Wire::Clock::now()).state, State::timed_out);
  EXPECT_EQ(wire.pending(), "HEL");
}

TEST(Wire, DoesNotWaitForEverForOneThatDoesNotRead) {
  Pair pair;
  net::Wire wire(pair.ends[0], pair.ends[0], 20);
  const auto written = wire.write(std::string(8 << 20, 'x'));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, base::Exit::temporary);
}

TEST(Wire, WritesToAPipeToo) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  Pair pair;
  net::Wire wire(pair.ends[0], ends[1], 20);
  ASSERT_TRUE(wire.write(std::string(10'000, 'x')));
  ASSERT_TRUE(wire.flush());
  EXPECT_FALSE(wire.write(std::string(200'000, 'x')));  // nobody reads: full, and it does not hang
  close(ends[0]);
  close(ends[1]);
}

TEST(Wire, PreloadComesFirstAndDropForgets) {
  Pair pair;
  net::Wire wire(pair.ends[0], pair.ends[0], 1000);
  wire.preload("early\r\nlate");
  EXPECT_EQ(wire.line(100).text, "early");
  wire.drop_pending();
  pair.send("new\r\n");
  EXPECT_EQ(wire.line(100).text, "new");
}

/// Octets that come one by one, every other time not yet.
class Drip : public net::Channel {
 public:
  explicit Drip(std::string text) : text_(std::move(text)) {}
  ssize_t receive(char* into, std::size_t) override {
    late_ = !late_;
    if (late_) {
      errno = EAGAIN;
      return -1;
    }
    if (text_.empty()) return 0;
    *into = text_[0];
    text_.erase(0, 1);
    return 1;
  }
  ssize_t send(std::string_view text) override {
    sent += text.substr(0, 2);
    return static_cast<ssize_t>(std::min<std::size_t>(text.size(), 2));
  }
  short events() const override { return POLLOUT; }
  std::string sent;

 private:
  std::string text_;
  bool late_ = false;
};

TEST(Wire, GoesThroughAChannel) {
  Pair pair;
  Drip channel("one\r\ntwo\n");
  net::Wire wire(pair.ends[0], pair.ends[0], 1000);
  wire.go_through(channel);
  EXPECT_TRUE(wire.write("hello"));
  EXPECT_EQ(wire.line(10).text, "one");
  EXPECT_EQ(wire.line(10).text, "two");
  EXPECT_EQ(wire.line(10).state, net::Line::State::closed);
  EXPECT_EQ(channel.sent, "hello");
}

TEST(Wire, IsQuietWhileTheOtherSideSaysNothing) {
  Pair pair;
  net::Wire wire(pair.ends[0], pair.ends[0], 1000);
  ASSERT_TRUE(wire.write("hello\r\n"));
  EXPECT_TRUE(wire.is_quiet(1));
  char chunk[16];
  EXPECT_EQ(read(pair.ends[1], chunk, sizeof chunk), 7);
  wire.rest();
  pair.send("one\r\ntwo\r\n");
  EXPECT_FALSE(wire.is_quiet(1000));
  EXPECT_EQ(wire.line(10).text, "one");
  EXPECT_FALSE(wire.is_quiet(1));
  wire.rest();
  EXPECT_EQ(wire.line(10).text, "two");
  EXPECT_TRUE(wire.is_quiet(1));
  pair.hang_up();
  EXPECT_FALSE(wire.is_quiet(1000));
}

}  // namespace
}  // namespace wire_test

#include "net/lookup.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <thread>

#include "fs/fd.hpp"

namespace lookup_test {
namespace {

/// A name server that answers one question, whatever it is, with these octets behind the question.
class OneAnswer {
 public:
  explicit OneAnswer(std::string flags, std::string records, unsigned char count)
      : socket_(socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    if (bind(socket_.get(), plain, length) != 0 || getsockname(socket_.get(), plain, &length) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, flags = std::move(flags), records = std::move(records), count] {
      char packet[512];
      sockaddr_in peer = {};
      socklen_t size = sizeof peer;
      auto* const from = reinterpret_cast<sockaddr*>(&peer);
      const auto got = recvfrom(socket_.get(), packet, sizeof packet, 0, from, &size);
      if (got < 17) return;
      std::string out(packet, 2);
      out += flags + std::string("\0\1\0", 3) + static_cast<char>(count) + std::string(4, '\0');
      // The question: a name, a type and a class.
      const std::string_view question(packet + 12, static_cast<std::size_t>(got) - 12);
      out += question.substr(0, question.find('\0') + 5);
      out += records;
      sendto(socket_.get(), out.data(), out.size(), 0, from, size);
    });
  }
  ~OneAnswer() { thread_.join(); }
  std::string name() const { return "127.0.0.1@" + std::to_string(port_); }

 private:
  fs::Fd socket_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

net::Answer ask(const std::string& server, const net::Question& question) {
  auto lookup = net::Lookup::create({{server}, {}}).value();
  std::optional<net::Answer> out;
  lookup.start(question, [&](net::Answer answer) { out = std::move(answer); });
  while (!out) {
    pollfd waiting = {lookup.descriptor(), POLLIN, 0};
    if (poll(&waiting, 1, 10'000) <= 0) return net::no_answer("the test has waited too long");
    lookup.process();
  }
  return *out;
}

TEST(Lookup, FindsRecords) {
  using namespace std::string_literals;
  const OneAnswer server("\x81\x80"s, "\xC0\x0C\0\x0F\0\1\0\0\1\x2C\0\x08\0\x0A\2mx\1b\0"s, 1);
  const auto answer = ask(server.name(), {{}, net::RecordType::mx, "a.b"});
  EXPECT_EQ(answer.outcome, net::Answer::Outcome::found);
  EXPECT_FALSE(answer.secure);
  EXPECT_EQ(answer.values, std::vector<std::string>{"10 mx.b"});
  EXPECT_GT(answer.ttl, 290U);
}

TEST(Lookup, ATicketThatIsCancelledIsNeverAnswered) {
  using namespace std::string_literals;
  const OneAnswer server("\x81\x83"s, "", 0);
  auto lookup = net::Lookup::create({{server.name()}, {}}).value();
  bool called = false;
  const int number =
      lookup.start({{}, net::RecordType::a, "a.b"}, [&](const net::Answer&) { called = true; });
  EXPECT_NE(number, 0);
  lookup.cancel(number);
  std::optional<net::Answer> other;
  lookup.start({{}, net::RecordType::a, "localhost"}, [&](net::Answer answer) { other = std::move(answer); });
  while (!other) {
    pollfd waiting = {lookup.descriptor(), POLLIN, 0};
    ASSERT_GT(poll(&waiting, 1, 10'000), 0);
    lookup.process();
  }
  EXPECT_FALSE(called);
  EXPECT_TRUE(other->found());
}

TEST(Lookup, WrongTermsAreSaid) {
  EXPECT_EQ(net::Lookup::create({{"nowhere"}, {}}).error().code, base::Exit::configuration);
  EXPECT_EQ(net::Lookup::create({{"127.0.0.1"}, {"no anchor"}}).error().code, base::Exit::configuration);
}

}  // namespace
}  // namespace lookup_test

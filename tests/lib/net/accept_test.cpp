#include "net/accept.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "net/peer.hpp"

namespace accept_test {
namespace {

sockaddr_in listen_on_loopback(int& socket_out) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  socket_out = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(bind(socket_out, reinterpret_cast<sockaddr*>(&address), length), 0);
  EXPECT_EQ(listen(socket_out, 8), 0);
  EXPECT_EQ(getsockname(socket_out, reinterpret_cast<sockaddr*>(&address), &length), 0);
  return address;
}

/// As who is handed a socket.
void be_handed(int listening) {
  dup2(listening, 3);
  setenv("LISTEN_FDS", "1", 1);
  setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
}

/// The loop in a process of its own; whoever it accepts is greeted and served until it closes.
[[noreturn]] void serve(int listening) {
  be_handed(listening);
  const auto serving =
      net::serve_inherited({.total = 10, .per_source = 1, .farewell = "full\r\n", .refused = {}});
  if (!serving || !*serving) _exit(serving ? 0 : 1);
  char c = 0;
  if (write(1, "hello\r\n", 7) == 7) (void)!read(0, &c, 1);
  _exit(0);
}

int connect_to(const sockaddr_in& address) {
  const int out = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(connect(out, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return out;
}

std::string heard(int connection) {
  char text[16];
  const auto got = recv(connection, text, sizeof text, 0);
  return std::string(text, got > 0 ? static_cast<std::size_t>(got) : 0);
}

std::string all_heard(int connection) {
  std::string out;
  for (std::string part; !(part = heard(connection)).empty();) out += part;
  return out;
}

/// The loop's exit status, once it has been told to end.
int end(pid_t loop) {
  int status = -1;
  kill(loop, SIGTERM);
  EXPECT_EQ(waitpid(loop, &status, 0), loop);
  return status;
}

TEST(Accept, WithoutAListeningSocketThisIsTheConnection) {
  unsetenv("LISTEN_FDS");
  setenv("REMOTE_ADDR", "192.0.2.1", 1);
  const auto serving = net::serve_inherited({});
  unsetenv("REMOTE_ADDR");
  ASSERT_TRUE(serving && *serving);
  EXPECT_EQ((*serving)->address, "192.0.2.1");
}

TEST(Accept, SaysFarewellToAClientOverTheLimit) {
  int listening = -1;
  const auto address = listen_on_loopback(listening);
  const pid_t pid = fork();
  if (pid == 0) serve(listening);
  close(listening);
  const int first = connect_to(address);
  EXPECT_EQ(heard(first), "hello\r\n");
  const int second = connect_to(address);
  EXPECT_EQ(heard(second), "full\r\n");
  EXPECT_EQ(heard(second), "");
  close(first);
  close(second);
  EXPECT_EQ(end(pid), 0);
}

TEST(Accept, KnowsItsClientsFromTheSocketAlone) {
  int listening = -1;
  const auto address = listen_on_loopback(listening);
  const pid_t pid = fork();
  if (pid == 0) {
    be_handed(listening);
    for (const char* name : {"PROTO", "TCPREMOTEIP", "REMOTE_ADDR", "SSL_PROTOCOL"})
      setenv(name, "192.0.2.1", 1);
    const auto serving =
        net::serve_inherited({.greet = [](const std::string& client) { return client + " "; }});
    if (!serving || !*serving) _exit(serving ? 0 : 1);
    auto found = (*serving)->address;
    if (getenv("SSL_PROTOCOL") != nullptr) found += " by TLS";
    _exit(write(1, found.data(), found.size()) > 0 ? 0 : 1);
  }
  close(listening);
  const int connection = connect_to(address);
  EXPECT_EQ(all_heard(connection), "127.0.0.1 127.0.0.1");
  close(connection);
  EXPECT_EQ(end(pid), 0);
}

TEST(Accept, AClientThatHasGoneSinceIsStillKnown) {
  int listening = -1;
  const auto address = listen_on_loopback(listening);
  int told[2];
  ASSERT_EQ(pipe(told), 0);
  const pid_t pid = fork();
  if (pid == 0) {
    be_handed(listening);
    const auto peer = net::serve_inherited({.greet = [](const std::string&) { return "hello\r\n"; }});
    if (!peer || !*peer) _exit(peer ? 0 : 1);
    pollfd gone = {0, 0, 0};
    const bool waited = poll(&gone, 1, -1) == 1 && !net::peer_of(0);
    const auto& text = (*peer)->address;
    _exit(waited && write(told[1], text.data(), text.size()) > 0 ? 0 : 1);
  }
  close(listening);
  close(told[1]);
  const int client = connect_to(address);
  EXPECT_EQ(heard(client), "hello\r\n");
  const linger at_once = {1, 0};
  setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(client);
  char text[32];
  const auto got = read(told[0], text, sizeof text);
  EXPECT_EQ(std::string(text, got > 0 ? static_cast<std::size_t>(got) : 0), "127.0.0.1");
  close(told[0]);
  EXPECT_EQ(end(pid), 0);
}

TEST(Accept, GreetsBeforeThereIsAProcess) {
  int listening = -1;
  const auto address = listen_on_loopback(listening);
  const pid_t pid = fork();
  if (pid == 0) {
    be_handed(listening);
    net::AcceptLimits limits;
    const pid_t loop = getpid();
    limits.greet = [loop](const std::string& who) {
      return getpid() == loop && who == "127.0.0.1" ? "early\r\n" : "late\r\n";
    };
    const auto serving = net::serve_inherited(limits);
    if (serving && *serving) (void)!write(1, "mine\r\n", 6);
    _exit(0);
  }
  close(listening);
  const int client = connect_to(address);
  EXPECT_EQ(all_heard(client), "early\r\nmine\r\n");
  close(client);
  EXPECT_EQ(end(pid), 0);
}

TEST(Accept, WhoHasBeenGreetedAndGetsNoProcessHearsWhy) {
  int listening = -1;
  const auto address = listen_on_loopback(listening);
  const pid_t pid = fork();
  if (pid == 0) {
    be_handed(listening);
    const rlimit none = {};
    // Root has as many as he likes.
    if (setrlimit(RLIMIT_NPROC, &none) != 0 || (geteuid() == 0 && setuid(65534) != 0)) _exit(2);
    net::AcceptLimits limits;
    limits.farewell = "full\r\n";
    limits.greet = [](const std::string&) { return "hello\r\n"; };
    _exit(net::serve_inherited(limits) ? 0 : 1);
  }
  close(listening);
  const int client = connect_to(address);
  EXPECT_EQ(all_heard(client), "hello\r\nfull\r\n");
  close(client);
  EXPECT_EQ(end(pid), 0);
}

}  // namespace
}  // namespace accept_test

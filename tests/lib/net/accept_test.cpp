#include "net/accept.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "net/peer.hpp"

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

/// The loop in a process of its own; whoever it accepts is greeted and served until it closes.
[[noreturn]] void serve(int listening) {
  dup2(listening, 3);
  setenv("LISTEN_FDS", "1", 1);
  setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
  const auto serving =
      net::serve_inherited({.total = 10, .per_source = 1, .farewell = "full\r\n", .refused = {}});
  if (!serving || *serving == net::Serving::finished) _exit(serving ? 0 : 1);
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

TEST(Accept, WithoutAListeningSocketThisIsTheConnection) {
  unsetenv("LISTEN_FDS");
  const auto serving = net::serve_inherited({});
  ASSERT_TRUE(serving);
  EXPECT_EQ(*serving, net::Serving::connection);
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
  kill(pid, SIGTERM);
  int status = -1;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
}

TEST(Accept, KnowsItsClientsFromTheSocketAlone) {
  int listening = -1;
  const auto address = listen_on_loopback(listening);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(listening, 3);
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    for (const char* name : {"PROTO", "TCPREMOTEIP", "REMOTE_ADDR"}) setenv(name, "192.0.2.1", 1);
    const auto serving =
        net::serve_inherited({.greet = [](const std::string& client) { return client + " "; }});
    const auto found = net::find_peer(0).address;
    _exit(serving && write(1, found.data(), found.size()) > 0 ? 0 : 1);
  }
  close(listening);
  const int connection = connect_to(address);
  std::string all;
  for (std::string part; !(part = heard(connection)).empty();) all += part;
  EXPECT_EQ(all, "127.0.0.1 127.0.0.1");
  close(connection);
  kill(pid, SIGTERM);
  int status = 1;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
}

TEST(Accept, GreetsBeforeThereIsAProcess) {
  int listening = -1;
  const auto address = listen_on_loopback(listening);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(listening, 3);
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    net::AcceptLimits limits;
    const pid_t loop = getpid();
    limits.greet = [loop](const std::string& who) {
      return getpid() == loop && who == "127.0.0.1" ? "early\r\n" : "late\r\n";
    };
    const auto serving = net::serve_inherited(limits);
    if (serving && *serving == net::Serving::connection) (void)!write(1, "mine\r\n", 6);
    _exit(0);
  }
  close(listening);
  const int client = connect_to(address);
  std::string all;
  for (auto text = heard(client); !text.empty(); text = heard(client)) all += text;
  EXPECT_EQ(all, "early\r\nmine\r\n");
  close(client);
  kill(pid, SIGTERM);
  EXPECT_EQ(waitpid(pid, nullptr, 0), pid);
}

TEST(Accept, WhoHasBeenGreetedAndGetsNoProcessHearsWhy) {
  int listening = -1;
  const auto address = listen_on_loopback(listening);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(listening, 3);
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
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
  std::string all;
  for (auto text = heard(client); !text.empty(); text = heard(client)) all += text;
  EXPECT_EQ(all, "hello\r\nfull\r\n");
  close(client);
  kill(pid, SIGTERM);
  int status = -1;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
}

}  // namespace

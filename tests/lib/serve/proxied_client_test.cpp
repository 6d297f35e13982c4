#include "serve/proxied_client.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>

#include "fs/fd.hpp"
#include "fs/packet.hpp"
#include "net/rates.hpp"
#include "serve/failures.hpp"

namespace proxied_client_test {
namespace {

/// What is heard of `said`, which is all that comes; what is left of it goes to `rest`.
std::string heard(std::string_view said, std::string* rest = nullptr) {
  int ends[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const fs::Fd ours(ends[0]), theirs(ends[1]);
  EXPECT_TRUE(fs::write_all(ours.get(), said));
  shutdown(ours.get(), SHUT_WR);
  const auto client = serve::hear_proxy(theirs.get(), 5000);
  char left[100];
  const auto got = recv(theirs.get(), left, sizeof left, 0);
  if (rest != nullptr) rest->assign(left, static_cast<std::size_t>(got > 0 ? got : 0));
  if (!client) return "! " + client.error().what;
  return *client ? (*client)->address + " " + (*client)->port : "-";
}

TEST(ProxiedClient, IsHeardByAnotherProcessAndNothingBehindIt) {
  std::string rest;
  EXPECT_EQ(heard("PROXY TCP4 203.0.113.7 192.0.2.9 4711 25\r\nEHLO c\r\n", &rest), "203.0.113.7 4711");
  EXPECT_EQ(rest, "EHLO c\r\n");
  EXPECT_EQ(heard("PROXY TCP6 2001:db8::1 2001:db8::2 1 25\r\n"), "2001:db8::1 1");
  EXPECT_EQ(heard("PROXY UNKNOWN\r\n"), "-");
}

TEST(ProxiedClient, SaysWhatWasWrong) {
  EXPECT_EQ(heard("EHLO c\r\n"), "! PROXY header: what came is none");
  EXPECT_EQ(heard("PROXY TCP4"), "! PROXY header: the connection was closed before it");
}

/// Of a child of this process that has been confined, its memory by names; empty when `ended` comes first.
std::string maps_of_the_confined(const std::atomic<bool>& ended) {
  const auto text = [](const std::filesystem::path& path) {
    std::ifstream in(path);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const auto parent = "\nPPid:\t" + std::to_string(getpid()) + "\n";
  while (!ended) {
    for (const auto& process : std::filesystem::directory_iterator("/proc")) {
      const auto status = text(process.path() / "status");
      if (status.find(parent) == status.npos || status.find("\nSeccomp:\t2\n") == status.npos) continue;
      if (auto maps = text(process.path() / "maps"); !maps.empty()) return maps;
    }
  }
  return {};
}

TEST(ProxiedClient, WhoHearsHimHoldsNoCounts) {
  const auto rates = net::Rates::create().value();
  const auto failures = serve::Failures::make(1, 60).value();
  auto sockets = fs::stream_sockets().value();
  std::atomic<bool> ended = false;
  std::thread hearing([&] {
    (void)serve::hear_proxy(sockets.first.get(), 20'000);
    ended = true;
  });
  const auto maps = maps_of_the_confined(ended);
  // Whoever hears holds a copy of this end, too.
  shutdown(sockets.second.get(), SHUT_RDWR);
  hearing.join();
  EXPECT_NE(maps.find("[stack]"), maps.npos);
  EXPECT_EQ(maps.find("memfd:counts"), maps.npos) << maps;
}

}  // namespace
}  // namespace proxied_client_test

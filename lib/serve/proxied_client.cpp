#include "serve/proxied_client.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "base/ascii.hpp"
#include "fs/common_memory.hpp"
#include "fs/packet.hpp"
#include "net/network.hpp"
#include "net/proxied.hpp"
#include "proc/become.hpp"
#include "proc/child.hpp"
#include "proc/confine.hpp"

namespace serve {

namespace {

constexpr std::size_t answer_limit = 500;

base::Result<std::optional<net::Peer>> hear(int descriptor, int timeout) {
  fs::leave_common_memory();
  TRY(proc::drop_root());
  TRY(proc::confine({proc::Role::talker}));
  return net::read_proxy_header(descriptor, timeout);
}

std::string to_answer(const base::Result<std::optional<net::Peer>>& client) {
  if (!client) return "!" + base::printable(client.error().what, answer_limit / 2);
  return *client ? "+" + (*client)->address + " " + (*client)->port : "-";
}

base::Result<std::optional<net::Peer>> from_answer(std::string_view answer) {
  if (answer == "-") return std::optional<net::Peer>();
  const auto blank = answer.find(' ');
  if (answer.starts_with('+') && blank != answer.npos) {
    net::Peer out = {std::string(answer.substr(1, blank - 1)), std::string(answer.substr(blank + 1))};
    const bool network = out.address.find('/') != std::string::npos;
    if (!network && net::Network::parse(out.address) && base::parse_number(out.port, 65535))
      return std::optional(out);
  }
  return base::fail(base::Exit::protocol, answer.starts_with('!')
                                              ? base::printable(answer.substr(1), answer_limit)
                                              : "PROXY header: lost");
}

}  // namespace

base::Result<std::optional<net::Peer>> hear_proxy(int descriptor, int timeout) {
  TRY_ASSIGN(auto sockets, fs::packet_sockets());
  auto& [ours, theirs] = sockets;
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid == 0) {
    const auto answer = to_answer(hear(descriptor, timeout));
    _exit(send(theirs.get(), answer.data(), answer.size(), MSG_NOSIGNAL) < 0 ? 1 : 0);
  }
  theirs.reset();
  char answer[answer_limit];
  const ssize_t got = recv(ours.get(), answer, sizeof answer, 0);
  TRY(proc::wait(pid));
  return from_answer({answer, static_cast<std::size_t>(got > 0 ? got : 0)});
}

}  // namespace serve

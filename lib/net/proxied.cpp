#include "net/proxied.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>

#include "net/proxy_header.hpp"

namespace net {

base::Result<std::optional<Peer>> read_proxy_header(int descriptor, int timeout) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(timeout);
  std::string octets;
  auto header = parse_proxy_header(octets);
  while (header.state == ProxyHeader::State::more) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd waiting = {descriptor, POLLIN, 0};
    if (left <= 0 || poll(&waiting, 1, static_cast<int>(left)) == 0)
      return base::fail(base::Exit::protocol, "PROXY header: none came in time");
    const auto before = octets.size();
    octets.resize(before + header.need);
    const auto got = read(descriptor, octets.data() + before, header.need);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
      octets.resize(before);
      continue;
    }
    if (got < 0) return base::system_error("PROXY header");
    if (got == 0)
      return base::fail(base::Exit::protocol, "PROXY header: the connection was closed before it");
    octets.resize(before + static_cast<std::size_t>(got));
    header = parse_proxy_header(octets);
  }
  if (header.state == ProxyHeader::State::wrong)
    return base::fail(base::Exit::protocol, "PROXY header: what came is none");
  return header.client;
}

}  // namespace net

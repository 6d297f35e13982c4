#include "net/peer.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdlib>

#include "net/network.hpp"

namespace net {

namespace {

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

bool is_port(const std::string& text) {
  return text.size() <= 5 && text.find_first_not_of("0123456789") == std::string::npos;
}

/// As it is shown, logged, matched and counted: without the zone of an IPv6 address that counts on one link
/// alone. Empty for what is no address.
std::string without_zone(const std::string& address) {
  const auto zone = address.find(':') == address.npos ? address.npos : address.find('%');
  return plain_address(address.substr(0, zone));
}

/// What stands in the environment goes into headers and the log: only an address does.
std::optional<Peer> said(const char* address, const char* port) {
  Peer out = {without_zone(from_environment(address)), from_environment(port)};
  if (out.address.empty()) return std::nullopt;
  if (!is_port(out.port)) out.port.clear();
  return out;
}

}  // namespace

std::optional<Peer> peer_of(int socket) {
  sockaddr_storage storage = {};
  socklen_t length = sizeof storage;
  char host[NI_MAXHOST] = "";
  char port[NI_MAXSERV] = "";
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  const bool named = getpeername(socket, address, &length) == 0;
  if (!named && errno == ENOTCONN) return std::nullopt;
  const bool known = named && (storage.ss_family == AF_INET || storage.ss_family == AF_INET6) &&
                     getnameinfo(address, length, host, sizeof host, port, sizeof port,
                                 NI_NUMERICHOST | NI_NUMERICSERV) == 0;
  return known ? Peer{without_zone(host), port} : Peer{"unknown", ""};
}

Peer find_peer(int descriptor) {
  std::optional<Peer> out;
  if (!from_environment("PROTO").empty()) out = said("TCPREMOTEIP", "TCPREMOTEPORT");
  if (!out) out = said("REMOTE_ADDR", "REMOTE_PORT");
  if (!out) out = peer_of(descriptor);
  return out.value_or(Peer{"unknown", ""});
}

void forget_peer() {
  for (const char* name :
       {"PROTO", "TCPREMOTEIP", "TCPREMOTEPORT", "TCPREMOTEHOST", "TCPREMOTEINFO", "REMOTE_ADDR",
        "REMOTE_PORT", "SSL_PROTOCOL", "SSL_CLIENT_VERIFY", "SSLCTLFD", "SSLREADFD", "SSLWRITEFD"})
    unsetenv(name);
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

}  // namespace net

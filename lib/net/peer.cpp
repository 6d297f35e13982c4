#include "net/peer.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <cstdlib>

namespace net {

namespace {

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// What stands in the environment goes into headers and the log: only an address does.
bool is_address(const std::string& text) {
  in6_addr unused = {};
  return inet_pton(AF_INET, text.c_str(), &unused) == 1 || inet_pton(AF_INET6, text.c_str(), &unused) == 1;
}

bool is_port(const std::string& text) {
  return text.size() <= 5 && text.find_first_not_of("0123456789") == std::string::npos;
}

Peer checked(Peer peer) {
  if (!is_address(peer.address)) return {"unknown", ""};
  if (!is_port(peer.port)) peer.port.clear();
  return peer;
}

/// An IPv4 client on an IPv6 socket is shown, logged, matched and counted as IPv4, however it is written.
std::string plain(const std::string& address) {
  in6_addr bits = {};
  char text[INET_ADDRSTRLEN] = "";
  const bool mapped = inet_pton(AF_INET6, address.c_str(), &bits) == 1 && IN6_IS_ADDR_V4MAPPED(&bits);
  return mapped && inet_ntop(AF_INET, bits.s6_addr + 12, text, sizeof text) != nullptr ? text : address;
}

Peer from_socket(int descriptor) {
  sockaddr_storage storage = {};
  socklen_t length = sizeof storage;
  char host[NI_MAXHOST] = "";
  char port[NI_MAXSERV] = "";
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  const bool known = getpeername(descriptor, address, &length) == 0 &&
                     (storage.ss_family == AF_INET || storage.ss_family == AF_INET6) &&
                     getnameinfo(address, length, host, sizeof host, port, sizeof port,
                                 NI_NUMERICHOST | NI_NUMERICSERV) == 0;
  return known ? Peer{plain(host), port} : Peer{"unknown", ""};
}

}  // namespace

Peer find_peer(int descriptor) {
  if (const auto ip = from_environment("TCPREMOTEIP"); !ip.empty() && !from_environment("PROTO").empty()) {
    return checked({plain(ip), from_environment("TCPREMOTEPORT")});
  }
  if (const auto ip = from_environment("REMOTE_ADDR"); !ip.empty()) {
    return checked({plain(ip), from_environment("REMOTE_PORT")});
  }
  return from_socket(descriptor);
}

void forget_peer() {
  for (const char* name : {"PROTO", "TCPREMOTEIP", "TCPREMOTEPORT", "TCPREMOTEHOST", "TCPREMOTEINFO",
                           "REMOTE_ADDR", "REMOTE_PORT"})
    unsetenv(name);
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

}  // namespace net

// The PROXY protocol, versions 1 and 2 (HAProxy's proxy-protocol.txt): who is behind a proxy, said before the
// first octet of the conversation. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "net/peer.hpp"

namespace net {

struct ProxyHeader {
  enum class State { more, whole, wrong };
  State state = State::more;
  std::size_t need = 0;        // with more: octets that are the header's for certain, and are to be read next
  std::size_t size = 0;        // with whole
  std::optional<Peer> client;  // with whole; nothing: the proxy speaks for itself (UNKNOWN, LOCAL)
};

constexpr std::size_t proxy_header_limit = 16 + 2048;  // octets; version 1 has 107 at most

/// Looks at the octets that have come so far.
ProxyHeader parse_proxy_header(std::string_view octets);

}  // namespace net

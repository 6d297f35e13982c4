// Networks by address and prefix length (RFC 4632, RFC 4291): `192.0.2.0/24`, `2001:db8::/32`, or one
// address. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace net {

class Network {
 public:
  /// Exit::configuration for anything else, also for bits set behind the prefix.
  static base::Result<Network> parse(std::string_view text);

  /// An IPv4 address mapped into IPv6 counts as the IPv4 address. False for what is no address.
  bool contains(const std::string& address) const;

 private:
  std::array<std::uint8_t, 16> bits_ = {};  // IPv4 mapped into IPv6
  unsigned length_ = 128;
};

/// The part of an address that one client cannot choose, as text that tells sources apart: all of an IPv4
/// address, 64 bits of an IPv6 one. What is no address stays as it is.
std::string source_of(const std::string& address);

}  // namespace net

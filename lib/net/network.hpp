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

  /// An IPv4 address mapped into IPv6 counts as the IPv4 address, which no network of IPv6 contains. False
  /// for what is no address.
  bool contains(const std::string& address) const;

 private:
  std::array<std::uint8_t, 16> bits_ = {};  // IPv4 mapped into IPv6
  unsigned length_ = 128;
};

/// An address as it is always written, an IPv4 one that is mapped into IPv6 as IPv4. Empty for what is none.
std::string plain_address(const std::string& text);

/// The octets of an address that one client cannot choose: all 4 of IPv4, however it is written into IPv6
/// (mapped, 6to4, NAT64), and the first 8 of IPv6. Empty for what is no address.
std::string source_of(const std::string& address);

}  // namespace net

#include "net/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/ascii.hpp"

namespace net {

namespace {

using Bits = std::array<std::uint8_t, 16>;

constexpr Bits mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned mapped_length = 96;

/// Where an IPv6 address holds that of the IPv4 host which has it and all around it, or which came through a
/// translator that gives every one of them its prefix.
constexpr struct {
  Bits prefix;
  unsigned length;
  std::size_t at;
} holders[] = {{mapped, mapped_length, 12},
               {{0x20, 0x02}, 16, 2},             // 6to4, RFC 3056
               {{0, 0x64, 0xFF, 0x9B}, 96, 12}};  // NAT64, RFC 6052

struct Address {
  Bits bits = {};
  bool v4 = false;
};

std::optional<Address> parse_address(const std::string& text) {
  Address out;
  // inet_pton() reads no further than a NUL.
  if (text.find('\0') != text.npos) return std::nullopt;
  if (inet_pton(AF_INET6, text.c_str(), out.bits.data()) == 1) return out;
  out.bits = mapped;
  out.v4 = true;
  return inet_pton(AF_INET, text.c_str(), out.bits.data() + 12) == 1 ? std::optional(out) : std::nullopt;
}

bool same_prefix(const Bits& a, const Bits& b, unsigned length) {
  const std::size_t whole = length / 8;
  if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
  const unsigned rest = length % 8;
  return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

}  // namespace

base::Result<Network> Network::parse(std::string_view text) {
  const auto wrong = base::fail(base::Exit::configuration,
                                "'" + base::printable(text, 60) + "' is not a network like 192.0.2.0/24");
  const auto slash = std::min(text.find('/'), text.size());
  const auto address = parse_address(std::string(text.substr(0, slash)));
  if (!address) return wrong;
  Network out;
  out.bits_ = address->bits;
  if (slash < text.size()) {
    const auto length = base::parse_number(text.substr(slash + 1), address->v4 ? 32 : 128);
    if (!length) return wrong;
    out.length_ = static_cast<unsigned>(*length) + (address->v4 ? 96 : 0);
  }
  Bits clear = {};
  for (unsigned i = 0; i < out.length_; ++i)
    clear[i / 8] = static_cast<std::uint8_t>(clear[i / 8] | (out.bits_[i / 8] & (0x80 >> i % 8)));
  if (clear != out.bits_) return wrong;
  return out;
}

bool Network::contains(const std::string& address) const {
  const auto parsed = parse_address(address);
  if (!parsed || !same_prefix(bits_, parsed->bits, length_)) return false;
  return length_ >= mapped_length || !same_prefix(mapped, parsed->bits, mapped_length);
}

std::string plain_address(const std::string& text) {
  const auto parsed = parse_address(text);
  if (!parsed) return {};
  char out[INET6_ADDRSTRLEN] = "";
  if (same_prefix(parsed->bits, mapped, mapped_length))
    return inet_ntop(AF_INET, parsed->bits.data() + mapped_length / 8, out, sizeof out);
  return inet_ntop(AF_INET6, parsed->bits.data(), out, sizeof out);
}

std::string source_of(const std::string& address) {
  const auto parsed = parse_address(address);
  if (!parsed) return {};
  const auto* octets = reinterpret_cast<const char*>(parsed->bits.data());
  for (const auto& holder : holders) {
    if (same_prefix(parsed->bits, holder.prefix, holder.length)) return std::string(octets + holder.at, 4);
  }
  return std::string(octets, 8);
}

}  // namespace net

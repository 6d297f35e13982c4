#include "net/proxy_header.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii.hpp"
#include "net/network.hpp"

namespace net {

namespace {

constexpr std::string_view text_start = "PROXY ";
constexpr std::string_view binary_start("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t shortest_text = 15;  // "PROXY UNKNOWN" CR LF
constexpr std::size_t longest_text = 107;
constexpr std::size_t binary_head = 16;

ProxyHeader wrong() {
  return {ProxyHeader::State::wrong, 0, 0, {}};
}

ProxyHeader more(std::size_t need) {
  return {ProxyHeader::State::more, need, 0, {}};
}

std::uint16_t number_at(std::string_view octets, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(octets[at]) << 8 |
                                    static_cast<unsigned char>(octets[at + 1]));
}

/// In network order.
std::string address_text(int family, const void* bits) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(family, bits, text, sizeof text);
  return plain_address(text);
}

/// Empty for what is none of that family.
std::string address_of(int family, std::string_view text) {
  const bool six = text.find(':') != std::string_view::npos;
  return six == (family == AF_INET6) ? plain_address(std::string(text)) : std::string();
}

std::string port_of(std::string_view text) {
  const bool zero_first = text.size() > 1 && text.front() == '0';
  const auto number = zero_first ? std::nullopt : base::parse_number(text, 65535);
  return number ? std::to_string(*number) : std::string();
}

/// `TCP4 source destination port port`, one blank between the words.
std::optional<Peer> parse_words(std::string_view line) {
  std::array<std::string_view, 5> words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto blank = line.find(' ');
    if ((blank == std::string_view::npos) != (i + 1 == words.size())) return std::nullopt;
    words[i] = line.substr(0, blank);
    line.remove_prefix(std::min(words[i].size() + 1, line.size()));
  }
  const int family = words[0] == "TCP4" ? AF_INET : AF_INET6;
  Peer out = {address_of(family, words[1]), port_of(words[3])};
  const bool good = (family == AF_INET || words[0] == "TCP6") && !out.address.empty() && !out.port.empty() &&
                    !address_of(family, words[2]).empty() && !port_of(words[4]).empty();
  return good ? std::optional(out) : std::nullopt;
}

ProxyHeader parse_text(std::string_view octets) {
  if (octets.substr(0, text_start.size()) != text_start.substr(0, octets.size())) return wrong();
  if (octets.size() < shortest_text) return more(shortest_text - octets.size());
  const auto end = octets.substr(0, longest_text).find('\n');
  if (end == std::string_view::npos) return octets.size() < longest_text ? more(1) : wrong();
  if (octets[end - 1] != '\r') return wrong();
  const auto line = octets.substr(text_start.size(), end - 1 - text_start.size());
  ProxyHeader out = {ProxyHeader::State::whole, 0, end + 1, {}};
  if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return out;
  out.client = parse_words(line);
  return out.client ? out : wrong();
}

ProxyHeader parse_binary(std::string_view octets) {
  if (octets.substr(0, binary_start.size()) != binary_start.substr(0, octets.size())) return wrong();
  if (octets.size() < binary_head) return more(binary_head - octets.size());
  const auto command = static_cast<unsigned char>(octets[12]);
  const auto family = static_cast<unsigned char>(octets[13]);
  const std::size_t size = binary_head + number_at(octets, 14);
  if ((command != 0x20 && command != 0x21) || size > proxy_header_limit) return wrong();
  if (octets.size() < size) return more(size - octets.size());
  ProxyHeader out = {ProxyHeader::State::whole, 0, size, {}};
  constexpr unsigned char tcp4 = 0x11, tcp6 = 0x21;
  // What came over something else than TCP has no address that we could use.
  if (command == 0x20 || (family != tcp4 && family != tcp6)) return out;
  const std::size_t width = family == tcp4 ? 4 : 16;
  if (size < binary_head + 2 * width + 4) return wrong();
  out.client = Peer{address_text(family == tcp4 ? AF_INET : AF_INET6, octets.data() + binary_head),
                    std::to_string(number_at(octets, binary_head + 2 * width))};
  return out;
}

}  // namespace

ProxyHeader parse_proxy_header(std::string_view octets) {
  if (octets.empty()) return more(1);
  return octets.front() == text_start.front() ? parse_text(octets) : parse_binary(octets);
}

}  // namespace net

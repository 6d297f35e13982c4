// Any octets as a PROXY header: however they are cut, the same comes of them, and no octet behind it is
// taken.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "net/network.hpp"
#include "net/proxy_header.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using State = net::ProxyHeader::State;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t read = 0;
  auto header = net::parse_proxy_header({});
  while (header.state == State::more && read < size) {
    if (header.need == 0 || header.need > net::proxy_header_limit) std::abort();
    read += std::min(header.need, size - read);
    header = net::parse_proxy_header(text.substr(0, read));
  }
  const auto at_once = net::parse_proxy_header(text);
  if (header.state != at_once.state) std::abort();
  if (header.state != State::whole) return 0;
  if (header.size != read || at_once.size != read || read > net::proxy_header_limit) std::abort();
  if (header.client && !net::Network::parse(header.client->address)) std::abort();
  return 0;
}

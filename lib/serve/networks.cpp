#include "serve/networks.hpp"

#include <algorithm>

namespace serve {

base::Result<Networks> Networks::load(const proc::Options& given, std::string_view key) {
  Networks out;
  for (const auto& text : given.all(key)) {
    const auto network = net::Network::parse(text);
    if (!network)
      return base::fail(base::Exit::configuration, std::string(key) + ": " + network.error().what);
    out.all_.push_back(*network);
  }
  return out;
}

bool Networks::contain(const std::string& address) const {
  return std::any_of(all_.begin(), all_.end(),
                     [&](const auto& network) { return network.contains(address); });
}

}  // namespace serve

#include "serve/networks.hpp"

#include <algorithm>

namespace serve {

base::Result<Networks> Networks::load(const proc::Options& given, std::string_view key) {
  Networks out;
  const auto all = given.all(key);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto network = net::Network::parse(all[i]);
    if (!network) return given.wrong(key, network.error().what, base::Exit::usage, i);
    out.all_.push_back(*network);
  }
  return out;
}

bool Networks::contain(const std::string& address) const {
  return std::any_of(all_.begin(), all_.end(),
                     [&](const auto& network) { return network.contains(address); });
}

}  // namespace serve

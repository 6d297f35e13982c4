#include "serve/proxies.hpp"

#include <cstdlib>
#include <utility>

#include "serve/clock.hpp"
#include "serve/proxied_client.hpp"

namespace serve {

base::Result<Proxies> Proxies::load(const proc::Options& given) {
  Proxies out;
  TRY_ASSIGN(out.proxies_, Networks::load(given, "proxy-network"));
  TRY_ASSIGN(out.trusted_, Networks::load(given, "relay-network"));
  TRY_ASSIGN(out.most_, given.number("connections-per-minute", 0, 1'000'000));
  TRY_ASSIGN(out.rates_, net::Rates::create());
  return out;
}

void Proxies::watch(net::AcceptLimits& limits) const {
  limits.exempt = [this](const std::string& address) { return proxies_.contain(address); };
}

base::Result<net::Peer> Proxies::meet(int timeout) const {
  unsetenv(proxy_heard);
  auto peer = net::find_peer(0);
  if (!proxies_.contain(peer.address)) return peer;
  TRY_ASSIGN(auto client, hear_proxy(0, timeout));
  setenv(proxy_heard, "1", 1);
  // Of the proxy.
  for (const char* name : {"TCPREMOTEHOST", "TCPREMOTEINFO", "REMOTE_ADDR", "REMOTE_PORT"}) unsetenv(name);
  if (!client) return peer;
  const bool counted = !trusted_.contain(client->address);
  if (counted && !rates_.count(net::Rates::What::connections, client->address, most_, now_seconds()))
    return base::fail(base::Exit::temporary, client->address + ": too many connections");
  return std::move(*client);
}

}  // namespace serve

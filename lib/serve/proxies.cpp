#include "serve/proxies.hpp"

#include <cstdlib>
#include <utility>

#include "fs/fd.hpp"
#include "serve/clock.hpp"
#include "serve/counts.hpp"
#include "serve/proxied_client.hpp"

namespace serve {

base::Result<Proxies> Proxies::load(const proc::Options& given, std::string_view program) {
  Proxies out;
  TRY_ASSIGN(out.proxies_, Networks::load(given, "proxy-network"));
  TRY_ASSIGN(out.trusted_, Networks::load(given, "relay-network"));
  TRY_ASSIGN(out.most_, given.number("connections-per-minute", 0, 1'000'000));
  TRY_ASSIGN(out.rates_, open_rates(given));
  // Who looks into several mailboxes may still send.
  const bool smtp = program.substr(program.rfind('/') + 1) == "smtpd";
  out.what_ = smtp ? net::Rates::What::connections : net::Rates::What::other_connections;
  return out;
}

bool Proxies::may_connect(const std::string& address) const {
  return address == "unknown" || trusted_.contain(address) ||
         rates_.count(what_, address, most_, now_seconds());
}

void Proxies::watch(net::AcceptLimits& limits) {
  limits.exempt = [this](const std::string& address) { return proxies_.contain(address); };
  limits.admit = [this](const std::string& address) {
    counted_ = true;
    return proxies_.contain(address) || may_connect(address);
  };
}

base::Result<net::Peer> Proxies::meet(int timeout, const net::AcceptLimits& limits) {
  unsetenv(proxy_heard);
  unsetenv(client_counted);
  auto peer = net::find_peer(0);
  const bool proxy = proxies_.contain(peer.address);
  if (proxy) {
    auto client = hear_proxy(0, timeout);
    if (!client) return base::fail(client.error().code, peer.address + ": " + client.error().what);
    setenv(proxy_heard, "1", 1);
    // Of the proxy.
    for (const char* name : {"TCPREMOTEHOST", "TCPREMOTEINFO", "REMOTE_ADDR", "REMOTE_PORT"}) unsetenv(name);
    if (*client) peer = std::move(**client);
    counted_ = !*client;
  }
  if (!counted_ && !may_connect(peer.address)) {
    if (limits.refused) limits.refused(peer.address);
    TRY(fs::write_all(1, limits.farewell));
    return base::fail(base::Exit::temporary, peer.address + ": too many connections");
  }
  if (most_ > 0) setenv(client_counted, "1", 1);
  return peer;
}

}  // namespace serve

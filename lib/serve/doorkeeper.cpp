#include "serve/doorkeeper.hpp"

#include <cstdlib>
#include <utility>

#include "fs/fd.hpp"
#include "serve/clock.hpp"
#include "serve/proxied_client.hpp"

namespace serve {

base::Result<Doorkeeper> Doorkeeper::load(const proc::Options& given, net::Rates rates,
                                          net::Rates::What what) {
  Doorkeeper out;
  out.everybody_ = given.has("relay");
  TRY_ASSIGN(out.trusted_, Networks::load(given, "relay-network"));
  TRY_ASSIGN(out.proxies_, Networks::load(given, "proxy-network"));
  TRY_ASSIGN(out.most_, given.number("connections-per-minute", 0, 1'000'000));
  out.rates_ = std::move(rates);
  out.what_ = what;
  return out;
}

bool Doorkeeper::may_connect(const std::string& address) const {
  return address == "unknown" || trusts(address) || rates_.count(what_, address, most_, now_seconds());
}

void Doorkeeper::watch(net::AcceptLimits& limits) {
  limits.exempt = [this](const std::string& address) { return is_proxy(address); };
  limits.admit = [this](const std::string& address) {
    counted_ = true;
    return is_proxy(address) || may_connect(address);
  };
}

base::Result<Caller> Doorkeeper::meet(const net::Peer& peer, int timeout) const {
  Caller out;
  out.peer = peer;
  // What stands in front may have heard it before, and counted.
  const auto said = [this](const char* name) { return !counted_ && std::getenv(name) != nullptr; };
  if (is_proxy(out.peer.address) && !said(proxy_heard)) {
    auto client = hear_proxy(0, timeout);
    if (!client) return base::fail(client.error().code, out.peer.address + ": " + client.error().what);
    if (*client) {
      out.peer = std::move(**client);
      out.over_limit = !may_connect(out.peer.address);
    }
  } else if (!counted_ && !said(client_counted)) {
    out.over_limit = !may_connect(out.peer.address);
  }
  out.trusted = trusts(out.peer.address);
  return out;
}

base::Result<Caller> Doorkeeper::meet_for_program(const net::Peer& peer, int timeout) const {
  unsetenv(proxy_heard);
  unsetenv(client_counted);
  TRY_ASSIGN(auto out, meet(peer, timeout));
  if (is_proxy(peer.address)) {
    setenv(proxy_heard, "1", 1);
    // Of the proxy.
    for (const char* name : {"TCPREMOTEHOST", "TCPREMOTEINFO", "REMOTE_ADDR", "REMOTE_PORT"}) unsetenv(name);
  }
  if (most_ > 0) setenv(client_counted, "1", 1);
  return out;
}

base::Result<void> turn_away(const Caller& caller, const net::AcceptLimits& limits) {
  if (limits.refused) limits.refused(caller.peer.address);
  return fs::write_all(1, limits.farewell);
}

}  // namespace serve

#include "serve/smtp_tls.hpp"

#include "serve/login.hpp"

namespace serve {

base::Result<void> find_tls(Reception& reception, const proc::Options& given, const Channel& channel) {
  auto& server = reception.server;
  reception.tls = net::UcspiTls::find();
  server.tls = reception.tls.has_value();
  server.secured = channel.tls;
  if (!server.submission) return {};
  TRY_ASSIGN(auto terms, offer_login(given, reception.peer.address, channel));
  if (!server.tls && sasl::offered(terms).empty()) return {};
  server.login = std::move(terms);
  TRY_ASSIGN(server.nonce, login_nonce());
  return {};
}

base::Result<net::TlsFacts> begin_tls(net::Wire& wire, const Reception& reception) {
  const auto timeout = static_cast<int>(reception.seconds * 1000);
  if (reception.gate == nullptr) return reception.tls->start(wire, timeout);
  TRY(wire.flush());
  TRY_ASSIGN(auto facts, reception.gate->begin_tls(timeout));
  TRY(reception.tls->take_over());
  wire.drop_pending();
  return facts;
}

}  // namespace serve

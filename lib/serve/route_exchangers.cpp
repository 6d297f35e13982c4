#include "serve/route_exchangers.hpp"

namespace serve {

namespace {

TlsLevel to_level(smtp::RouteTls level) {
  switch (level) {
    case smtp::RouteTls::none:
      return TlsLevel::none;
    case smtp::RouteTls::may:
      return TlsLevel::may;
    case smtp::RouteTls::encrypt:
      return TlsLevel::encrypt;
    case smtp::RouteTls::verify:
      return TlsLevel::verify;
    case smtp::RouteTls::dane:
      return TlsLevel::dane;
  }
  return TlsLevel::may;
}

}  // namespace

NextHop to_next_hop(const smtp::Route& route) {
  NextHop out;
  out.name = route.host.name;
  out.port = route.host.port;
  out.protocol = route.lmtp ? Protocol::lmtp : Protocol::smtp;
  out.tls_at_once = route.tls_at_once;
  out.tls = to_level(route.tls);
  out.certificate_names = {route.host.name};
  out.source = route.source;
  out.login = route.login;
  out.certificate = route.certificate;
  out.authorities = route.authorities;
  return out;
}

base::Result<std::vector<NextHop>> RouteExchangers::find(const std::string& destination) {
  TRY_ASSIGN(const auto route, smtp::parse_route(destination));
  return std::vector<NextHop>{to_next_hop(route)};
}

}  // namespace serve

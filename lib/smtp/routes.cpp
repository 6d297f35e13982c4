#include "smtp/routes.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "codec/idna.hpp"

namespace smtp {

base::Result<Host> parse_host(std::string_view text) {
  const auto wrong =
      base::fail(base::Exit::data, "'" + base::printable(text, 100) + "' is not host or host:port");
  Host out;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return wrong;
    out.name = text.substr(1, close - 1);
    port = text.substr(close + 1);
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    out.name = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (!port.empty()) {
    const auto number = port[0] == ':' ? base::parse_number(port.substr(1), 65535) : std::nullopt;
    if (!number || *number == 0) return wrong;
    out.port = static_cast<std::uint16_t>(*number);
  }
  const bool good = !out.name.empty() && out.name.size() <= 255 &&
                    std::all_of(out.name.begin(), out.name.end(), [](char c) {
                      return base::is_alnum(c) || std::string_view(".-:_").find(c) != std::string_view::npos;
                    });
  if (!good) return wrong;
  return out;
}

std::string to_string(const Host& host) {
  const bool literal = host.name.find(':') != std::string::npos;
  return (literal ? "[" + host.name + "]" : host.name) + ":" + std::to_string(host.port);
}

namespace {

constexpr std::pair<std::string_view, RouteTls> levels[] = {{"none", RouteTls::none},
                                                            {"may", RouteTls::may},
                                                            {"encrypt", RouteTls::encrypt},
                                                            {"verify", RouteTls::verify},
                                                            {"dane", RouteTls::dane}};

bool take_level(std::string_view value, Route& route) {
  if (value == "implicit" || value.starts_with("implicit,")) {
    route.tls_at_once = true;
    value = value == "implicit" ? "encrypt" : value.substr(9);
    if (value == "none" || value == "may") return false;
  }
  for (const auto& [word, level] : levels) {
    if (value != word) continue;
    route.tls = level;
    return true;
  }
  return false;
}

bool is_address(std::string_view text) {
  const std::string whole(text);
  unsigned char octets[sizeof(in6_addr)];
  return inet_pton(AF_INET, whole.c_str(), octets) == 1 || inet_pton(AF_INET6, whole.c_str(), octets) == 1;
}

/// An address has no records that could name a certificate.
bool is_nameless(std::string_view host) {
  return host.find(':') != std::string_view::npos ||
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool take_option(std::string_view word, Route& route) {
  if (word == "lmtp") return std::exchange(route.lmtp, true) == false;
  const auto equals = std::min(word.find('='), word.size());
  const auto name = word.substr(0, equals);
  const auto value = word.substr(std::min(equals + 1, word.size()));
  if (name == "tls") return take_level(value, route);
  if (name == "source") {
    route.source = value;
    return is_address(value);
  }
  // Whoever reads it may stand in any directory.
  if (!value.starts_with('/')) return false;
  if (name == "login") route.login = value;
  if (name == "certificate") route.certificate = value;
  if (name == "ca") route.authorities = value;
  return name == "login" || name == "certificate" || name == "ca";
}

}  // namespace

base::Result<Route> parse_route(std::string_view text) {
  Route out;
  TRY_ASSIGN(out.host, parse_host(base::take_word(text)));
  while (!text.empty()) {
    const auto word = base::take_word(text);
    if (!take_option(word, out))
      return base::fail(base::Exit::data, "'" + base::printable(word, 100) + "' is no option of a route");
  }
  if (out.tls == RouteTls::dane && is_nameless(out.host.name))
    return base::fail(base::Exit::data, "tls=dane needs the name of a host, and not an address");
  return out;
}

std::string to_string(const Route& route) {
  std::string out = to_string(route.host);
  if (route.lmtp) out += " lmtp";
  for (const auto& [word, level] : levels) {
    if (level != route.tls || (level == RouteTls::may && !route.tls_at_once)) continue;
    out += std::string(" tls=") + (route.tls_at_once ? "implicit," : "") + std::string(word);
  }
  if (!route.source.empty()) out += " source=" + route.source;
  if (!route.login.empty()) out += " login=" + route.login;
  if (!route.certificate.empty()) out += " certificate=" + route.certificate;
  if (!route.authorities.empty()) out += " ca=" + route.authorities;
  return out;
}

base::Result<void> Routes::add(std::string_view line) {
  const auto wrong = [](const char* what) { return base::fail(base::Exit::configuration, what); };
  const auto domain = base::take_word(line);
  if (line.empty()) return wrong("not 'domain host[:port]'");
  TRY_ASSIGN(const auto route, parse_route(line));
  const auto pattern = domain == "*" ? base::Result<std::string>("*") : codec::idna_pattern(domain);
  TRY(pattern);
  if (!routes_.emplace(*pattern, route).second) return wrong("a second route for this domain");
  return {};
}

base::Result<Routes> Routes::parse(std::string_view text, const std::string& file) {
  Routes out;
  TRY(base::each_entry(text, file, base::Exit::configuration,
                       [&](std::string_view line) { return out.add(line); }));
  return out;
}

std::optional<Route> Routes::find(std::string_view domain) const {
  const auto name = base::lower(domain);
  if (const auto exact = routes_.find(name); exact != routes_.end()) return exact->second;
  for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
    if (const auto parent = routes_.find(name.substr(dot)); parent != routes_.end()) return parent->second;
  }
  const auto rest = routes_.find("*");
  return rest == routes_.end() ? std::nullopt : std::optional(rest->second);
}

std::optional<std::string> Routes::first_with(RouteTls tls) const {
  const auto found =
      std::find_if(routes_.begin(), routes_.end(), [&](const auto& one) { return one.second.tls == tls; });
  return found == routes_.end() ? std::nullopt : std::optional(found->first);
}

}  // namespace smtp

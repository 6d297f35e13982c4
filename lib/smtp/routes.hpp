// The `routes` file: where mail for other domains goes. One `domain host[:port] [option...]` a line;
// `.example.com` stands for every name below it, `*` for everything else. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace smtp {

struct Host {
  std::string name;  // a name or an address, without brackets
  std::uint16_t port = 25;
  friend auto operator<=>(const Host&, const Host&) = default;
};

/// `host`, `host:port`, `[2001:db8::1]:port`.
base::Result<Host> parse_host(std::string_view text);
std::string to_string(const Host& host);

enum class RouteTls { none, may, encrypt, verify, dane };

/// What stands behind the domain: `host[:port]`, and in any order behind it `lmtp`,
/// `tls=none|may|encrypt|verify|dane` or `tls=implicit[,encrypt|,verify|,dane]`, `source=ADDRESS`,
/// `login=FILE`, `certificate=FILE`, `ca=FILE`.
struct Route {
  Host host;
  bool lmtp = false;
  bool tls_at_once = false;
  RouteTls tls = RouteTls::may;
  std::string source = {};       // address
  std::string login = {};        // path, absolute
  std::string certificate = {};  // path, absolute
  std::string authorities = {};  // path, absolute
  friend auto operator<=>(const Route&, const Route&) = default;
};

/// Exit::data says which word is wrong.
base::Result<Route> parse_route(std::string_view text);
/// The same for the same route, however it was written; parse_route() reads it.
std::string to_string(const Route& route);

class Routes {
 public:
  /// Exit::configuration names `file` and the line. Lines with # are comments.
  static base::Result<Routes> parse(std::string_view text, const std::string& file);

  /// The domain itself, else the nearest `.parent`, else `*`; in any case.
  std::optional<Route> find(std::string_view domain) const;
  /// A domain whose host must have this TLS; nothing: none is.
  std::optional<std::string> first_with(RouteTls tls) const;

 private:
  base::Result<void> add(std::string_view line);

  std::map<std::string, Route, std::less<>> routes_;
};

}  // namespace smtp

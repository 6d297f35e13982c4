// The `routes` file: where mail for other domains goes. One `domain host[:port]` a line; `.example.com`
// stands for every name below it, `*` for everything else. Pure.
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

class Routes {
 public:
  /// Exit::configuration names `file` and the line. Lines with # are comments.
  static base::Result<Routes> parse(std::string_view text, const std::string& file);

  /// The domain itself, else the nearest `.parent`, else `*`; in any case.
  std::optional<Host> find(std::string_view domain) const;

 private:
  std::map<std::string, Host, std::less<>> hosts_;
};

}  // namespace smtp

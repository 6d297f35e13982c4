#include "smtp/routes.hpp"

#include <algorithm>

#include "base/ascii.hpp"

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

base::Result<Routes> Routes::parse(std::string_view text, const std::string& file) {
  Routes out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = base::trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const auto where = file + ":" + std::to_string(number) + ": ";
    const auto blank = std::min(line.find_first_of(" \t"), line.size());
    const auto host = parse_host(base::trim(line.substr(blank)));
    if (blank == line.size())
      return base::fail(base::Exit::configuration, where + "not 'domain host[:port]'");
    if (!host) return base::fail(base::Exit::configuration, where + host.error().what);
    if (!out.hosts_.emplace(base::lower(line.substr(0, blank)), *host).second) {
      return base::fail(base::Exit::configuration, where + "a second route for this domain");
    }
  }
  return out;
}

std::optional<Host> Routes::find(std::string_view domain) const {
  const auto name = base::lower(domain);
  if (const auto exact = hosts_.find(name); exact != hosts_.end()) return exact->second;
  for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
    if (const auto parent = hosts_.find(name.substr(dot)); parent != hosts_.end()) return parent->second;
  }
  const auto rest = hosts_.find("*");
  return rest == hosts_.end() ? std::nullopt : std::optional(rest->second);
}

}  // namespace smtp

#include "serve/host_name.hpp"

#include "base/ascii.hpp"
#include "smtp/path.hpp"

namespace serve {

base::Result<std::string> host_name(const proc::Options& given) {
  const auto name = given.get("hostname");
  const auto path = smtp::parse_path("x@" + name);
  if (path && path->domain == base::lower(name)) return name;
  return base::fail(base::Exit::usage,
                    "hostname: '" + base::printable(name, 60) + "' is no name of a host in ASCII");
}

}  // namespace serve

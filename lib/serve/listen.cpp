#include "serve/listen.hpp"

#include "proc/log.hpp"

namespace serve {

std::string_view farewell_of(std::string_view program) {
  program.remove_prefix(program.rfind('/') + 1);
  if (program == "smtpd") return "421 4.3.2 too many connections\r\n";
  if (program == "imapd") return "* BYE too many connections\r\n";
  if (program == "pop3d") return "-ERR [SYS/TEMP] too many connections\r\n";
  return {};
}

base::Result<net::AcceptLimits> accept_limits(const proc::Options& given, std::string_view farewell) {
  net::AcceptLimits out;
  TRY_ASSIGN(out.total, given.number("max-connections", 1, 1'000'000));
  TRY_ASSIGN(out.per_source, given.number("max-connections-per-source", 1, 1'000'000));
  out.farewell = farewell;
  out.trouble = [](const base::Error& error) { proc::log("-", "trouble", {{"reason", error.what}}); };
  out.refused = [](const std::string& peer) { proc::log("-", "connection-refused", {{"peer", peer}}); };
  return out;
}

}  // namespace serve

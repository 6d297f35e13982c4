#include "serve/listen.hpp"

#include "proc/log.hpp"

namespace serve {

base::Result<net::AcceptLimits> accept_limits(const proc::Options& given, std::string_view farewell) {
  net::AcceptLimits out;
  TRY_ASSIGN(out.total, given.number("max-connections", 1, 1'000'000));
  TRY_ASSIGN(out.per_source, given.number("max-connections-per-source", 1, 1'000'000));
  out.farewell = farewell;
  out.trouble = [](const base::Error& error) { proc::log("-", "trouble", {{"reason", error.what}}); };
  out.refused = [](const std::string& peer) { proc::log("-", "connection-refused", {{"peer", peer}}); };
  return out;
}

base::Result<RateLimits> rate_limits(const proc::Options& given) {
  RateLimits out;
  TRY_ASSIGN(out.connections, given.number("connections-per-minute", 0, 1'000'000));
  TRY_ASSIGN(out.messages, given.number("messages-per-minute", 0, 1'000'000));
  TRY_ASSIGN(out.recipients, given.number("recipients-per-minute", 0, 1'000'000));
  return out;
}

}  // namespace serve

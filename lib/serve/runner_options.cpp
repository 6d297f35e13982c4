#include "serve/runner_options.hpp"

#include <unistd.h>

#include <algorithm>

#include "fs/plain_file.hpp"
#include "proc/become.hpp"
#include "serve/host_name.hpp"
#include "serve/mx_search.hpp"
#include "smtp/routes.hpp"

namespace serve {

namespace {

constexpr std::size_t routes_limit = 64 << 20;  // octets

/// What a route wants of its host's TLS must be possible to find out here. A file that is wrong is the
/// accounts' matter.
base::Result<void> check_routes(const proc::Options& given) {
  const auto path = given.get("routes");
  const auto text = fs::read_trusted(path, routes_limit);
  const auto routes = smtp::Routes::parse(text ? *text : std::string(), path);
  const auto domain = routes ? routes->first_with(smtp::RouteTls::dane) : std::nullopt;
  if (!domain) return {};
  const auto what = path + ": tls=dane for " + *domain;
  TRY_ASSIGN(const bool searches, given.yes("relay-by-mx"));
  if (!searches) return base::fail(base::Exit::configuration, what + " needs relay-by-mx");
  const auto anchor = given.get("trust-anchor");
  if (!anchor.empty() && access(anchor.c_str(), R_OK) == 0) return {};
  return base::fail(base::Exit::configuration, what + " needs a trust-anchor");
}

base::Result<SendRates> read_rates(const proc::Options& given) {
  const auto lines = given.all("rate");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (const auto one = SendRates::parse({lines[i]}); !one)
      return given.wrong("rate", one.error().what, base::Exit::usage, i);
  }
  return SendRates::parse(lines);
}

}  // namespace

base::Result<RunnerConfig> runner_options(const proc::Options& given) {
  RunnerConfig config;
  auto& delivery = config.delivery;
  TRY_ASSIGN(delivery.hostname, host_name(given));
  delivery.spool = given.get("spool");
  TRY_ASSIGN(delivery.local, local_mail(given));
  TRY_ASSIGN(delivery.retry, given.number("retry", 1, 86400));
  TRY_ASSIGN(delivery.lifetime, given.number("lifetime", 0, 86400 * 365));
  TRY_ASSIGN(delivery.delay_warning, given.number("delay-warning", 0, 86400 * 365));
  TRY_ASSIGN(const auto timeout, given.number("timeout", 1, 3600));
  TRY_ASSIGN(const auto answer, given.number("answer-timeout", 1, 3600));
  delivery.timeout = {static_cast<int>(timeout * 1000), static_cast<int>(answer * 1000)};
  TRY_ASSIGN(config.places.deliveries, given.number("deliveries", 1, 1000));
  TRY_ASSIGN(config.places.hanging, given.number("hanging-deliveries", 0, 1000));
  TRY_ASSIGN(config.lines.connections, given.number("connections-per-destination", 1, 1000));
  TRY_ASSIGN(config.lines.per_user, given.number("deliveries-per-user", 1, 1000));
  TRY_ASSIGN(config.lines.rates, read_rates(given));
  config.lines.per_user =
      std::min(config.lines.per_user, std::max<std::size_t>(1, config.places.deliveries * 3 / 4));
  config.lines.longest = delivery.retry * 1000;
  config.lines.pause = std::max<std::uint64_t>(1000, config.lines.longest / 30);
  TRY_ASSIGN(config.remote_user, proc::find_identity(given, "smtpd-user"));
  // A host that is named is not searched for.
  if (!given.has("host")) {
    TRY(check_routes(given));
    TRY_ASSIGN(config.domains, MxSearch::load(given, config.remote_user));
  }
  // Before anybody is forked, so that all share who asks the DNS.
  if (config.domains && !given.has("check")) config.domains->prepare();
  return config;
}

}  // namespace serve

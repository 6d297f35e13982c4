// Reports to other domains how connections to their hosts were encrypted, once a day.
#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "fs/lock.hpp"
#include "proc/run.hpp"
#include "serve/clock.hpp"
#include "serve/host_name.hpp"
#include "serve/resolver_helper.hpp"
#include "serve/tls_reporter.hpp"

namespace {

constexpr proc::Option options[] = {
    {"show", "DAY", "write the reports of this day to standard output, and send nothing"}};
constexpr std::string_view keys[] = {"hostname", "spool",        "tls-results-dir", "tls-report-from",
                                     "resolver", "trust-anchor", "dns-timeout",     "libexec"};
constexpr proc::Usage usage = {
    "tls-report",
    "[--show DAY]",
    "Send each domain that asks for it the report about its TLS on the days before today.",
    "  tls-report\n"
    "  tls-report --show 2026-11-21 | jq\n",
    options,
    keys};

/// A JSON text a line.
base::Result<int> show(const proc::Options& given, const std::string& from) {
  const auto day = net::parse_day(given.get("show"));
  if (!day) return base::fail(base::Exit::usage, "show: a day like 2026-11-21 expected");
  TRY_ASSIGN(const auto reports,
             serve::read_tls_results(given.get("tls-results-dir") + "/" + given.get("show")));
  for (const auto& [domain, report] : reports)
    TRY(fs::write_all(
        1, report.json({given.get("hostname"), "mailto:" + from, given.get("show") + "." + domain, *day})));
  return 0;
}

base::Result<int> work(const proc::Options& given) {
  const auto directory = given.get("tls-results-dir");
  TRY_ASSIGN(const auto hostname, serve::host_name(given));
  const auto named = given.get("tls-report-from");
  const auto from = named.empty() ? "postmaster@" + hostname : named;
  if (given.has("show")) return show(given, from);
  const auto now = serve::now_seconds();
  TRY_ASSIGN(const auto days, serve::finished_days(directory, now));
  if (days.empty()) return 0;
  TRY_ASSIGN(const auto lock, fs::try_lock(directory + "/lock", "another one works on these reports"));
  TRY_ASSIGN(auto command, serve::ResolverCommand::load(given, std::nullopt));
  serve::ResolverHelper resolver(std::move(command));
  TRY(resolver.start());
  for (const auto& day : days) {
    TRY_ASSIGN(auto session, serve::ResolverSession::open(resolver));
    const serve::TlsReporter reporter = {directory, given.get("spool"), hostname, from, session};
    TRY(reporter.report(day, now));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

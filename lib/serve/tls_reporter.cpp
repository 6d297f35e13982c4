#include "serve/tls_reporter.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "fs/fd.hpp"
#include "fs/stream.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/tls_report_mail.hpp"
#include "smtp/path.hpp"
#include "spool/writer.hpp"

namespace serve {

namespace {

constexpr std::size_t domains_limit = 100'000;
constexpr std::size_t sent_limit = 64 << 20;          // octets
constexpr std::uint64_t still_written = 900;          // seconds
constexpr std::uint64_t given_up_after = 7 * 86'400;  // seconds

/// Who can be told by mail.
std::vector<std::string> addresses_of(const net::Answer& record) {
  std::vector<std::string> out;
  if (!record.found()) return out;
  for (const auto& uri : net::tls_report_uris(record.values)) {
    const auto address = net::mailto_address(uri);
    if (!address) continue;
    const auto path = smtp::parse_path(*address);
    if (path && !path->domain.empty() && !path->needs_utf8()) out.push_back(smtp::to_string(*path));
  }
  return out;
}

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    if (end == std::string::npos) break;
    out.insert(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace

base::Result<TlsReports> read_tls_results(const std::string& path) {
  TlsReports out;
  std::string held;
  const auto take = [&](std::string_view line) {
    const auto result = net::parse_tls_result(line);
    if (result && (out.size() < domains_limit || out.contains(result->policy.domain)))
      out[result->policy.domain].add(*result);
  };
  TRY_ASSIGN(const auto file, fs::open(path, O_RDONLY));
  TRY(fs::each_chunk(file.get(), path, [&](std::string_view chunk) -> base::Result<void> {
    for (auto end = chunk.find('\n'); end != std::string_view::npos; end = chunk.find('\n')) {
      held += chunk.substr(0, end);
      take(held);
      held.clear();
      chunk.remove_prefix(end + 1);
    }
    // A line without end is none, and must not fill the memory.
    if (held.size() <= net::tls_result_limit) held += chunk;
    return {};
  }));
  return out;
}

base::Result<std::vector<std::string>> finished_days(const std::string& directory, std::uint64_t now) {
  const auto today = net::utc_text(now - still_written).substr(0, 10);
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& one : std::filesystem::directory_iterator(directory, error)) {
    const auto name = one.path().filename().string();
    if (net::parse_day(name) && name < today) out.push_back(name);
  }
  if (error) return base::system_error(directory, error.value());
  std::sort(out.begin(), out.end());
  return out;
}

base::Result<void> TlsReporter::send(const std::string& domain, const net::TlsReport& report,
                                     const std::vector<std::string>& to, std::uint64_t day,
                                     std::uint64_t now) const {
  TRY_ASSIGN(const auto text, compose({hostname, from, to, domain, day, now}, report));
  TRY_ASSIGN(auto writer, spool::Writer::create(spool, now_microseconds(), from, to));
  TRY(writer.write(text));
  TRY(writer.commit());
  proc::log(writer.id(), "tls-report", {{"domain", domain}, {"to", to[0]}});
  spool::wake(spool, writer.name());
  return {};
}

base::Result<void> TlsReporter::report(const std::string& day, std::uint64_t now) const {
  const auto path = directory + "/" + day;
  const auto noted = path + ".sent";
  const auto begin = net::parse_day(day).value_or(0);
  TRY_ASSIGN(const auto reports, read_tls_results(path));
  const auto before = fs::read_all(noted, sent_limit);
  const auto done = lines_of(before ? *before : "");
  TRY_ASSIGN(const auto sent, fs::open(noted, O_WRONLY | O_APPEND | O_CREAT, 0640));
  std::size_t unknown = 0;
  for (const auto& [domain, report] : reports) {
    if (done.contains(domain)) continue;
    const auto record = dns.look_up(net::RecordType::txt, "_smtp._tls." + domain);
    unknown += record.unknown() ? 1 : 0;
    if (record.unknown()) continue;
    if (const auto to = addresses_of(record); !to.empty()) TRY(send(domain, report, to, begin, now));
    TRY(fs::write_all(sent.get(), domain + "\n"));
  }
  if (unknown > 0 && now < begin + given_up_after)
    return base::fail(base::Exit::temporary, path + ": the DNS knows nothing now of " +
                                                 std::to_string(unknown) +
                                                 " domains; the others have their reports");
  if (unlink(path.c_str()) != 0) return base::system_error(path);
  if (unlink(noted.c_str()) != 0) return base::system_error(noted);
  return {};
}

}  // namespace serve

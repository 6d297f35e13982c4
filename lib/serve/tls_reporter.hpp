// The reports about other domains' TLS, a day after the other, out of the files of results (RFC 8460).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/resolver.hpp"
#include "net/tls_report.hpp"

namespace serve {

using TlsReports = std::map<std::string, net::TlsReport>;  // by domain

/// Of the file of a day; lines that are none are skipped. More than 100,000 domains are left out.
base::Result<TlsReports> read_tls_results(const std::string& path);

/// The days of which there are results and nobody writes any more, the oldest first: a quarter of an hour
/// after their end, as who has begun before it writes to their file for a while.
base::Result<std::vector<std::string>> finished_days(const std::string& directory, std::uint64_t now);

struct TlsReporter {
  std::string directory;  // of results
  std::string spool;
  std::string hostname;
  std::string from;  // address
  net::Resolver& dns;

  /// A message in the queue for each domain that says in the DNS whom it wants to tell by mail; who has one
  /// is noted in DAY.sent, and gets no second one. When all have theirs the files go. Exit::temporary: of
  /// some domains the DNS knows nothing now; everything else stays for the next time as well.
  base::Result<void> report(const std::string& day, std::uint64_t now) const;

 private:
  base::Result<void> send(const std::string& domain, const net::TlsReport& report,
                          const std::vector<std::string>& to, std::uint64_t day, std::uint64_t now) const;
};

}  // namespace serve

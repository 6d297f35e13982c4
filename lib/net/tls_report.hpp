// Reports about the TLS of other domains' hosts (RFC 8460): whom a domain wants to be told, the results of
// sessions as lines of a file, and the report of a day. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.hpp"

namespace net {

/// The URIs (`mailto:`, `https:`) in the TXT records of _smtp._tls.DOMAIN. None: nobody wants to be told
/// (section 3).
std::vector<std::string> tls_report_uris(const std::vector<std::string>& records);

/// The address of a `mailto:` URI, without what stands behind a `?`. Nothing: it is no such URI.
std::optional<std::string> mailto_address(std::string_view uri);

/// A policy as reports name it (section 4.4).
struct TlsPolicy {
  std::string type;                    // `tlsa`, `sts` or `no-policy-found`
  std::string domain;                  // of the recipients
  std::vector<std::string> text = {};  // its lines, or the TLSA records
  std::vector<std::string> mx = {};    // patterns

  friend auto operator<=>(const TlsPolicy&, const TlsPolicy&) = default;
};

struct TlsResult {
  TlsPolicy policy;
  std::string failure = {};  // a result type (section 4.3); empty: success
  std::string sender = {};   // our address
  std::string host = {};     // the other's name
  std::string address = {};  // the other's
  std::string reason = {};   // for a person

  friend auto operator<=>(const TlsResult&, const TlsResult&) = default;
};

constexpr std::size_t tls_result_limit = 4000;  // octets of a line: one write(2) that is never torn

/// With the line end; without what would make it longer than the limit.
std::string to_line(const TlsResult& result);
/// Exit::data: it is none.
base::Result<TlsResult> parse_tls_result(std::string_view line);

/// All results of one domain on one day.
class TlsReport {
 public:
  void add(const TlsResult& result);
  bool empty() const { return policies_.empty(); }

  struct Head {
    std::string organization, contact, id;
    std::uint64_t day = 0;  // its first second since 1970, UTC
  };
  /// Section 4.4.
  std::string json(const Head& head) const;

 private:
  struct Count {
    std::uint64_t good = 0, bad = 0;
    std::map<TlsResult, std::uint64_t> failures = {};  // their policy is not said again
  };
  std::map<TlsPolicy, Count> policies_;
};

/// `2026-11-21T00:00:00Z`.
std::string utc_text(std::uint64_t seconds);
/// `2026-11-21`, the day's first second since 1970; nothing: it is no such day.
std::optional<std::uint64_t> parse_day(std::string_view text);

}  // namespace net

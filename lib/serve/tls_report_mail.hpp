// A report about a domain's TLS as a message (RFC 8460 section 5.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/tls_report.hpp"

namespace serve {

struct TlsReportMail {
  std::string submitter;        // the name of this host
  std::string from;             // address
  std::vector<std::string> to;  // addresses
  std::string domain;           // that it is about
  std::uint64_t day = 0;        // its first second
  std::uint64_t now = 0;
};

/// With LF line ends; the report is compressed. Exit::software: zlib fails.
base::Result<std::string> compose(const TlsReportMail& mail, const net::TlsReport& report);

/// RFC 1952.
base::Result<std::string> gzipped(std::string_view text);

}  // namespace serve

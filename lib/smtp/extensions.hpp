// What a server says behind EHLO or LHLO (RFC 5321 section 4.1.1.1). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace smtp {

struct Extensions {
  bool pipelining = false;        // RFC 2920
  bool eight_bit = false;         // RFC 6152
  bool chunking = false;          // RFC 3030
  bool utf8 = false;              // RFC 6531
  bool dsn = false;               // RFC 3461
  bool starttls = false;          // RFC 3207
  bool require_tls = false;       // RFC 8689
  bool priority = false;          // RFC 6710
  bool deliver_by = false;        // RFC 2852
  std::int64_t by_min = 0;        // seconds that a BY=n;R must have left; 0: any
  bool size = false;              // RFC 1870
  std::uint64_t size_limit = 0;   // octets; 0: none
  std::vector<std::string> auth;  // mechanisms (RFC 4954), in upper case
  // LIMITS (RFC 9422); 0: none given.
  std::size_t mail_max = 0;         // transactions in one connection
  std::size_t rcpt_max = 0;         // recipients in one transaction
  std::size_t rcpt_domain_max = 0;  // domains of them
};

/// From the lines of the reply, the first of which is the greeting. What is not known or not well formed is
/// not offered.
Extensions parse_extensions(const std::vector<std::string>& lines);

}  // namespace smtp

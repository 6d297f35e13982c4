// One host that may take a message, as the search for it (routes, MX, policies) hands it to the conversation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/tls_report.hpp"

namespace serve {

/// How much TLS a conversation with a host must have before mail goes out.
enum class TlsLevel {
  none,     // not even asked for
  may,      // where the host offers it, whatever its certificate (RFC 7435)
  encrypt,  // always, whatever its certificate
  dane,     // always, and the certificate matches a TLSA record (RFC 7672)
  verify,   // always, and a certificate that a known authority signed for one of `certificate_names` (RFC
            // 8461)
};

enum class Protocol { smtp, lmtp };

struct NextHop {
  std::string name;  // for SNI, the log and reports: the exchanger's or the route's name, or an address
  std::uint16_t port = 25;
  std::vector<std::string> addresses = {};  // IPv4 and IPv6 as text, in order; none: `name` is looked up
  Protocol protocol = Protocol::smtp;
  bool tls_at_once = false;  // implicit TLS (RFC 8314)
  TlsLevel tls = TlsLevel::may;
  std::vector<std::string> certificate_names =
      {};  // DNS names, one of which must match; dane uses them for usage 2
  std::vector<std::string> tlsa =
      {};                        // of _PORT._tcp.NAME as net::rdata_text() writes them, validated; for dane
  std::string source = {};       // address to connect from; empty: the system's choice
  std::string login = {};        // file with `user:password` for AUTH; empty: none
  std::string certificate = {};  // file with our certificate and key; empty: none
  bool is_name_known = false;    // DNSSEC or a policy says who takes the mail (RFC 8689 section 4.2.1)
  bool is_tested = false;  // `may` for now, and to be reported as if it were `verify` (RFC 8461 section 5)
  std::optional<net::TlsPolicy> reported = {};  // what the domain wants to hear about; nothing: nothing
  std::string authorities = {};  // file with the certificates that `verify` trusts; empty: the system's
};

}  // namespace serve

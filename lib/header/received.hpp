// The trace field Received (RFC 5321 section 4.4, RFC 5322 section 3.6.7), also as programs write it that put
// into comments what they know about the client.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/defect.hpp"
#include "header/date.hpp"

namespace header {

inline constexpr base::Rule received_without_date{"received-without-date", "there is no semicolon and date",
                                                  "RFC 5322 3.6.7", base::Harm::damage};
inline constexpr base::Rule received_without_by{"received-without-by", "it does not say which host received",
                                                "RFC 5321 4.4"};
inline constexpr base::Rule repeated_clause{"repeated-clause", "a clause stands there twice", "RFC 5321 4.4",
                                            base::Harm::ambiguous};

/// All as written, without brackets and quotes; empty: not said. Nothing of it can be believed before the
/// first host that one trusts.
struct Received {
  std::string from;  // the name the client gave, or an address
  std::string by;
  std::string via;
  std::string with;  // all words: "Microsoft SMTP Server"
  std::string id;
  std::string for_;
  std::string helo;   // where it stands apart from the client's name
  std::string verb;   // HELO, EHLO or LHLO, where it is told
  std::string ip;     // the client's address, without port and "IPv6:"
  std::string host;   // the name that belongs to the address
  std::string ident;  // the user at the client
  std::string tls;    // "TLSv1.3"
  std::string cipher;
  /// The registered protocol (RFC 3848) in `with`, upper case: "ESMTPS"; empty if there is none.
  std::string_view protocol;
  std::optional<Date> date;
};

Received parse_received(std::string_view text, base::Defects* defects = nullptr);

}  // namespace header

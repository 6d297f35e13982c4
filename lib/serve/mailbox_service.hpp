// What pop3d and imapd have in common: the way from a connection to a login, and from there, in a process
// that check-password has started as the user, to his Maildir.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/ucspi_tls.hpp"
#include "net/wire.hpp"
#include "proc/options.hpp"
#include "serve/login.hpp"

namespace serve {

/// How a client may come to its login.
struct Entrance {
  sasl::Terms terms = {};
  std::optional<net::UcspiTls> tls = {};  // it may begin TLS
  std::string timestamp = {};             // for APOP; empty: it is not offered
  std::uint32_t login_delay = 0;          // of POP3, in seconds
};

/// Begins TLS on `wire`, in all processes of the connection, within what is left until `end`. Returns the
/// terms from then on.
base::Result<sasl::Terms> begin_tls(net::Wire& wire, const Entrance& entrance, const Gate& gate,
                                    net::Wire::Clock::time_point end);

struct MailboxService {
  std::string_view program;                // started again, with --session, for a user who has logged in
  std::uint64_t least_timeout = 0;         // seconds of silence that the protocol grants after login
  std::vector<std::string> readable = {};  // directories that a session needs besides the Maildir
  bool is_pop3 = false;                    // APOP is offered, where secrets are kept for it; and LOGIN-DELAY
  base::Result<int> (*before_login)(net::Wire& wire, const Gate& gate, const Entrance& entrance) = nullptr;
  base::Result<int> (*session)(net::Wire& wire, const std::string& maildir,
                               const proc::Options& given) = nullptr;
};

/// With `check`, says whether it would work; with `session`, serves the user who has logged in; else whoever
/// calls, on descriptors 0 and 1 or on a listening socket.
base::Result<int> serve_mailbox(const proc::Options& given, const MailboxService& service);

}  // namespace serve

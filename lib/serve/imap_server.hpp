// An IMAP conversation on a wire: before login behind a Gate, after it over one user's Maildir.
#pragma once

#include <string>

#include "base/result.hpp"
#include "maildir/quota.hpp"
#include "net/wire.hpp"
#include "serve/clock.hpp"
#include "serve/mailbox_service.hpp"

namespace serve {

/// Until a login is granted (the session goes on in another process) or the client leaves; the timeout of the
/// wire is for all of it.
base::Result<int> imap_before_login(net::Wire& wire, const Gate& gate, const Entrance& entrance);

struct ImapSession {
  std::string maildir;
  std::string hostname;
  std::size_t max_size = 52'428'800;  // of the messages of an APPEND, octets
  maildir::Quota quota = {};
  Clock clock = now_seconds;
};

/// The rest. What begin_session gave is on the wire already: the tag of the login and a LF first. The
/// Maildir is there.
base::Result<int> imap_session(net::Wire& wire, const ImapSession& config);

}  // namespace serve

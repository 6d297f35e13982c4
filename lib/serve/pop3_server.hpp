// A POP3 conversation on a wire: before login behind a Gate, after it over one Maildir.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "net/wire.hpp"
#include "serve/mailbox_service.hpp"

namespace serve {

/// Until a login is granted (the session goes on in another process) or the client leaves.
base::Result<int> pop3_before_login(net::Wire& wire, const Gate& gate, const Entrance& entrance);

/// The rest, for the user whose Maildir it is; it exists. A connection that breaks deletes nothing.
/// `login_delay`: seconds from one login of the user to the next.
base::Result<int> pop3_session(net::Wire& wire, const std::string& maildir, std::uint32_t login_delay);

}  // namespace serve

// One message, delivered at once and without the spool: who hands it in waits, and is told about each
// recipient.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "proc/options.hpp"
#include "serve/account_policy.hpp"
#include "serve/delivery.hpp"
#include "smtp/routes.hpp"
#include "spool/queue.hpp"

namespace serve {

/// The message that `descriptor` gives until its end, in a file without a name, with the Date, From and
/// Message-ID that it lacks and without Bcc. The reverse-path is `sender` ("" and "<>": the null one), else
/// the address in Sender or From. Exit::usage: there is none; Exit::data: it or a recipient is no address. A
/// recipient may be written with a name, and several behind one another with commas.
base::Result<spool::Message> take_message(int descriptor, const std::string& hostname,
                                          const std::optional<std::string>& sender,
                                          const std::vector<std::string>& recipients);

/// Tries every recipient of the message once: by `remote` to `host` where there is one, else as the accounts
/// and routes of `policy` say. One attempt each, in their order; trouble of this host defers.
std::vector<Attempt> deliver_directly(const DeliveryConfig& config, const AccountPolicy& policy,
                                      const std::optional<smtp::Route>& host, const spool::Message& message,
                                      Remote& remote);

/// Exit::ok: all were accepted; temporary: a later try may do for some; else what became of the first that
/// was refused: no_user, no_host, data, not_permitted or unavailable.
base::Exit exit_of(const std::vector<Attempt>& attempts);

/// `bob@example.org: deferred 4.4.1 by mx.example.org:25: Connection refused`, on one line.
std::string describe(std::string_view recipient, const Attempt& attempt);

}  // namespace serve

// A process that becomes a user for one message, does what it is told, and says what has come of it. Nothing
// confines it, as it starts the user's programs.
#pragma once

#include <functional>

#include "auth/accounts.hpp"
#include "base/result.hpp"
#include "serve/helper_answer.hpp"
#include "serve/local_report.hpp"

namespace serve {

/// `work` runs in a child that is the user, where this process is root and the user is not, with nothing open
/// but `file` and 0 to 2; it is killed after `seconds`. An error: it has died or hangs, and what has come of
/// the message is not known.
base::Result<LocalReport> ask_as(const auth::Account& account, int file, unsigned seconds,
                                 const std::function<LocalReport()>& work, const WhenSlow& when_slow = {});

}  // namespace serve

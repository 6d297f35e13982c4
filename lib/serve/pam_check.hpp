// Passwords that PAM knows, asked in a process of its own: a module that hangs must not hold a login for
// ever.
#pragma once

#include <string>

#include "base/result.hpp"

namespace serve {

constexpr unsigned pam_seconds = 60;

/// As auth::verify_by_pam(); Exit::temporary also where it says nothing for `seconds`, and is killed then
/// with all that its modules have started, or ends without a word. What they leave in another session has
/// none of this process's descriptors but the log's.
base::Result<bool> check_by_pam(const std::string& name, const std::string& password,
                                unsigned seconds = pam_seconds, const std::string& services = {});

}  // namespace serve

// Whom a name logs in: mail programs fill in the whole address, and client certificates hold one.
#pragma once

#include <string>
#include <vector>

#include "auth/users.hpp"
#include "base/result.hpp"
#include "proc/options.hpp"

namespace serve {

/// AccountPolicy::login_of() by the files as they are now, and these users; a name without an @ is itself,
/// whatever they say, and one at a domain that is not local, whatever the aliases say: they are not read for
/// it, and of them no more than what any other leads to. Where there is no file of domains, no domain is
/// local. Errors are those of the files, and of the aliases that were read.
base::Result<std::string> login_user(const proc::Options& given, const std::vector<auth::User>& users,
                                     const std::string& name);

}  // namespace serve

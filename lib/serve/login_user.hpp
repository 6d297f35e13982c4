// Whom a name logs in: mail programs fill in the whole address, and client certificates hold one.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "proc/options.hpp"

namespace serve {

/// The keys that it reads.
constexpr std::string_view login_user_keys[] = {"domains", "users", "aliases", "subaddress", "postmaster"};

/// AccountPolicy::login_of() by the files as they are now; a name without an @ is itself, whatever they say.
/// Where there is no file of domains, no domain is local. Errors are those of the files.
base::Result<std::string> login_user(const proc::Options& given, const std::string& name);

}  // namespace serve

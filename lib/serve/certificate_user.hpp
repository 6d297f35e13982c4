// Whom the mail address in a client's certificate logs in.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "proc/options.hpp"

namespace serve {

/// The keys that it reads.
constexpr std::string_view certificate_keys[] = {"domains", "users",      "routes",
                                                 "aliases", "subaddress", "postmaster"};

/// The user of that name, or whose address it is: at a local domain, his name or an alias of his alone,
/// without an extension. The name as it is where it is nobody's, also where a whole domain or postmaster is
/// somebody's. Errors are those of the files.
base::Result<std::string> certificate_user(const proc::Options& given, const std::string& name);

}  // namespace serve

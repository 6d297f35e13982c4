// What shows that a login is right, for check-password: a password, SCRAM's proof, a token, APOP's digest or
// a certificate that the caller has seen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/users.hpp"
#include "base/result.hpp"
#include "proc/options.hpp"

namespace serve {

/// The keys of check-password: those that identify() reads, and who may not become root.
constexpr std::string_view check_password_keys[] = {"users",   "root-login", "password-check", "token-check",
                                                    "domains", "aliases",    "subaddress"};

/// Reads the login from `descriptor`, as auth/request.hpp says, and checks it by what the option `evidence`
/// names: whose it is, whatever the name that came (serve/login_user.hpp). Exit::not_permitted: wrong, though
/// a name that nobody has may be left for the caller to find out; Exit::temporary: it cannot be checked now.
base::Result<std::string> identify(int descriptor, const proc::Options& given,
                                   const std::vector<auth::User>& users);

}  // namespace serve

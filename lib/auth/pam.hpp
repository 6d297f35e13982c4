// Passwords that PAM knows (pam(3)). The library is loaded when it is needed: other programs start without
// it.
#pragma once

#include <string>

#include "base/result.hpp"

namespace auth {

/// Whether the password is right and the account may be used, by the service `tubepost`
/// (/etc/pam.d/tubepost), and without PAM's own delay. Exit::temporary: PAM is not there, or cannot tell;
/// unavailable: the password is right, and it or the account has expired. `services`: the folder of the
/// service's file, where it is not PAM's own.
base::Result<bool> verify_by_pam(const std::string& name, const std::string& password,
                                 const std::string& services = {});

}  // namespace auth

// Giving up root for a user of this host.
#pragma once

#include <string>

#include "base/result.hpp"

namespace proc {

/// As root: becomes the user `name` with its group alone. Without root, or with an empty name, nothing
/// happens. Exit::configuration: there is no such user.
base::Result<void> become_user(const std::string& name);

}  // namespace proc

// Giving up root for a user of this host.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/result.hpp"

namespace proc {

struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
};

/// Whom to become: looked up once, before connections come, as a lookup may ask the network. Nobody without
/// root, or for an empty name. Exit::configuration: there is no such user.
base::Result<std::optional<Identity>> find_identity(const std::string& name);

/// Becomes it, with its group alone.
base::Result<void> become(const std::optional<Identity>& identity);

/// A program with rights that its caller lacks (setuid, setgid) becomes the caller for good, with PATH alone
/// in its environment. Nothing for any other.
base::Result<void> become_caller();

}  // namespace proc

// Giving up root for a user of this host.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "proc/options.hpp"

namespace proc {

struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
};

/// Who owns nothing: for a process that needs no rights at all.
constexpr Identity nobody = {65534, 65534};

/// Whom to become: the user whom the option `key` names, looked up once, before connections come, as a lookup
/// may ask the network. Nothing without root, or for an empty name. Exit::usage: there is no such user.
base::Result<std::optional<Identity>> find_identity(const Options& given, std::string_view key);

/// Becomes it, with its group alone.
base::Result<void> become(const std::optional<Identity>& identity);

/// The same for root alone: whoever has no rights to give up stays who he is.
base::Result<void> drop_root(const Identity& identity = nobody);

/// A program with rights that its caller lacks (setuid, setgid) becomes the caller for good, with PATH alone
/// in its environment. Nothing for any other.
base::Result<void> become_caller();

}  // namespace proc

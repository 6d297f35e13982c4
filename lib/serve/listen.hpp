// Limits of the accept loop, from the configuration.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "net/accept.hpp"
#include "proc/options.hpp"

namespace serve {

/// One whole reply, in the protocol of a program of this house, for a client over a limit; empty for any
/// other program. `program` may be a path.
std::string_view farewell_of(std::string_view program);

/// A client over a limit is logged and told `farewell`, one whole reply that must outlive the limits.
base::Result<net::AcceptLimits> accept_limits(const proc::Options& given, std::string_view farewell = {});

}  // namespace serve

// Limits of the accept loop, from the configuration.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "net/accept.hpp"
#include "proc/options.hpp"

namespace serve {

/// A client over a limit is logged and told `farewell`, one whole reply that must outlive the limits.
base::Result<net::AcceptLimits> accept_limits(const proc::Options& given, std::string_view farewell = {});

}  // namespace serve

// Limits of the accept loop, from the configuration.
#pragma once

#include "base/result.hpp"
#include "net/accept.hpp"
#include "proc/options.hpp"

namespace serve {

base::Result<net::AcceptLimits> accept_limits(const proc::Options& given);

}  // namespace serve

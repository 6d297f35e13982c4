// What this host is called, as every program says it that says it: in greetings, trace lines, identifiers and
// reports.
#pragma once

#include <string>

#include "base/result.hpp"
#include "proc/options.hpp"

namespace serve {

/// The key `hostname`. Exit::usage: no host can be called that (RFC 5321 section 4.1.2; an address in
/// brackets is a name, too), or it is not ASCII.
base::Result<std::string> host_name(const proc::Options& given);

}  // namespace serve

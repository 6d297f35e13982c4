// Who is away, and from when until when: what vacation is told by its options and environment.
#pragma once

#include "base/result.hpp"
#include "proc/options.hpp"
#include "serve/vacation.hpp"

namespace serve {

/// Of the options address, subaddress, days, begin, end and domains, and of USER and RECIPIENT. Exit::usage:
/// a number or a date is none, or the end is before the begin. Where `domains` cannot be read, none is of
/// this host.
base::Result<Absence> absence_options(const proc::Options& given);

}  // namespace serve

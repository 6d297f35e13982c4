// How much a mailbox may hold that has no quota of its own.
#pragma once

#include "base/result.hpp"
#include "maildir/quota.hpp"
#include "proc/options.hpp"

namespace serve {

/// The key `quota`. Exit::usage: maildir::parse_quota() knows none that is written so.
base::Result<maildir::Quota> quota_option(const proc::Options& given);

}  // namespace serve

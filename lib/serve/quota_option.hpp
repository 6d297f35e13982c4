// How much a mailbox may hold that has no quota of its own, and what becomes of mail for one that is full.
#pragma once

#include "base/result.hpp"
#include "maildir/quota.hpp"
#include "proc/options.hpp"

namespace serve {

/// The key `quota`. Exit::usage: maildir::parse_quota() knows none that is written so.
base::Result<maildir::Quota> quota_option(const proc::Options& given);

/// The key `over-quota`: mail is returned at once, and not tried again. Exit::usage: neither defer nor
/// bounce.
base::Result<bool> full_fails_option(const proc::Options& given);

}  // namespace serve

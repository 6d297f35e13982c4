// How much a mailbox may hold that has no quota of its own, and what becomes of mail for one that is full.
#pragma once

#include "base/result.hpp"
#include "maildir/quota.hpp"
#include "proc/options.hpp"

namespace serve {

/// The key `quota`. Exit::usage: maildir::parse_quota() knows none that is written so.
base::Result<maildir::Quota> quota_option(const proc::Options& given);

/// In which check-password tells the session that it starts of the user's own quota, as it stands in the file
/// of users; unset: he has none of his own.
constexpr const char* own_quota_variable = "TUBEPOST_QUOTA";

/// That one, or else that of the site. One that is none stands in the log, with the user ($USER), and that of
/// the site counts.
maildir::Quota own_quota(const maildir::Quota& of_site);

/// The key `over-quota`: mail is returned at once, and not tried again. Exit::usage: neither defer nor
/// bounce.
base::Result<bool> full_fails_option(const proc::Options& given);

}  // namespace serve

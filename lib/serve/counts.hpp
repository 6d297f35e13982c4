// What is counted about each source over all programs that serve strangers, however they are started: failed
// logins, and how often it comes. The file `counts` is mapped before rights are given up, and closed at once:
// a process that a stranger has taken over could write there what it likes, or cut it under all others. Where
// the one that is the default cannot be had, each accept loop counts for itself, and the log says so.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "net/rates.hpp"
#include "proc/options.hpp"
#include "serve/failures.hpp"

namespace serve {

/// The keys that open_counts() reads; open_rates() reads the first.
constexpr std::string_view counts_keys[] = {"counts", "max-login-failures", "login-failure-window"};

struct Counts {
  Failures failures;
  net::Rates rates;
};

/// Exit::configuration: the file is not this user's alone; usage: a number out of its bounds; otherwise as
/// open(2) says of a file that is named.
base::Result<Counts> open_counts(const proc::Options& given);

/// A part of it, for programs that have no use for the other.
base::Result<Failures> open_failures(const proc::Options& given);
base::Result<net::Rates> open_rates(const proc::Options& given);

}  // namespace serve

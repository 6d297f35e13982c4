// What is counted about each source over all programs that serve strangers, however they are started: failed
// logins, and how often it comes. The file `counts` is mapped before rights are given up; where the one that
// is the default cannot be had, each accept loop counts for itself.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "fs/common_memory.hpp"
#include "net/rates.hpp"
#include "proc/options.hpp"
#include "serve/failures.hpp"

namespace serve {

/// The keys that the functions below read.
constexpr std::string_view counts_keys[] = {"counts", "max-login-failures", "login-failure-window"};

class Counts {
 public:
  /// Exit::configuration: the file is not this user's alone; otherwise as open(2) says of one that is named.
  static base::Result<Counts> open(const proc::Options& given);

  /// Exit::usage: a number out of its bounds.
  base::Result<Failures> failures(const proc::Options& given) const;
  base::Result<net::Rates> rates() const;

 private:
  explicit Counts(fs::CommonMemory memory) : memory_(std::move(memory)) {}
  fs::CommonMemory memory_;
};

}  // namespace serve

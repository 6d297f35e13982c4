// Greylisting: who has never been here is asked to come again, which programs that only send do not. What is
// remembered are files of fixed-width lines in one directory, of which there are never more, nor larger ones,
// than the bounds say: the oldest of those who were never let in make room first. Files may be read, copied
// and removed at any time; what a crash leaves broken is a place for a new line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/greylist_record.hpp"
#include "proc/options.hpp"

namespace serve {

constexpr std::size_t greylist_files = 1024;   // `000` to `3ff`
constexpr std::size_t greylist_records = 512;  // of one file: 80 MiB in all

struct GreylistRules {
  std::uint64_t delay = 0;        // seconds; 0: everybody may come in
  std::uint64_t allow_after = 5;  // senders and recipients a network has been let in with; 0: it always waits
  std::string directory;

  /// Exit::usage: a number is out of its bounds.
  static base::Result<GreylistRules> load(const proc::Options& given);
};

class Greylist {
 public:
  static constexpr std::uint64_t memory = 35 * 86'400;   // seconds, for those who were let in
  static constexpr std::uint64_t patience = 2 * 86'400;  // seconds in which to come again

  explicit Greylist(GreylistRules rules) : rules_(std::move(rules)) {}

  /// How many seconds are left to wait at `now`, seconds since 1970; 0: come in. An error is about this host,
  /// and says nothing about the client.
  base::Result<std::uint64_t> judge(const std::string& address, std::string_view sender,
                                    std::string_view recipient, std::uint64_t now) const;

 private:
  GreylistRules rules_;
};

}  // namespace serve

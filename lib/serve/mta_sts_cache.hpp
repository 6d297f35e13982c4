// The MTA-STS policies that are remembered: a directory with a file for each domain, readable by a person.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/mta_sts.hpp"

namespace serve {

struct StsRecord {
  std::string id = {};        // under which the text was fetched
  std::uint64_t fetched = 0;  // seconds since 1970
  std::string tried_id = {};  // of the last attempt that failed since
  std::uint64_t tried = 0;    // when; 0: none has
  std::string trouble = {};   // why
  std::string text = {};      // of the policy; empty: there is none
  friend bool operator==(const StsRecord&, const StsRecord&) = default;
};

/// `key: value` lines, an empty one, the policy.
std::string to_text(const StsRecord& record);
/// Exit::data: it is none.
base::Result<StsRecord> parse_sts_record(std::string_view text);

class StsCache {
 public:
  static constexpr std::size_t most = 20'000;

  /// `most`: domains that are remembered.
  explicit StsCache(std::string directory, std::size_t at_most = most)
      : directory_(std::move(directory)), most_(at_most) {}

  /// `domain` is one that net::parse_sts_question() has taken. A file that is not there or is damaged is an
  /// empty record.
  StsRecord load(const std::string& domain) const;
  /// All of it or nothing. Where there are more than may be, those that were not asked for longest are
  /// forgotten.
  base::Result<void> store(const std::string& domain, const StsRecord& record) const;

  /// Once a day: removes what says nothing any more, a policy that is too old and a failure of the day
  /// before, and what a process that died has not finished. `now` in seconds since 1970.
  base::Result<void> tidy(std::uint64_t now) const;

 private:
  base::Result<bool> begins_tidying(std::uint64_t now) const;
  bool is_spent(const std::string& name, std::uint64_t now) const;

  base::Result<void> make_room() const;
  base::Result<std::vector<std::string>> names() const;
  base::Result<std::size_t> forget_some() const;

  std::string directory_;
  std::size_t most_;
};

}  // namespace serve

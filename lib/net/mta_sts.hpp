// What a domain says of the TLS of its hosts (MTA-STS, RFC 8461): its record in the DNS, and its policy.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace net {

constexpr std::size_t sts_policy_limit = 64 * 1024;    // octets (RFC 8461 section 3.3)
constexpr std::uint64_t sts_longest_age = 31'557'600;  // seconds (section 3.2)
constexpr std::size_t sts_patterns_limit = 256;
constexpr std::size_t sts_id_limit = 32;  // octets

struct StsPolicy {
  enum class Mode { none, testing, enforce };
  Mode mode = Mode::none;
  std::uint64_t max_age = 0;    // seconds, at most sts_longest_age
  std::vector<std::string> mx;  // names, lower case, perhaps with `*.` in front

  /// `*.` stands for one label (section 4.1).
  bool allows(std::string_view host) const;

  friend bool operator==(const StsPolicy&, const StsPolicy&) = default;
};

std::string_view name_of(StsPolicy::Mode mode);

/// As its text has them, for reports (RFC 8460 section 4.4).
std::vector<std::string> lines_of(const StsPolicy& policy);

/// The text of https://mta-sts.DOMAIN/.well-known/mta-sts.txt. Unknown keys are skipped, the first of a key
/// that comes twice counts (section 3.2). Exit::data says what is wrong.
base::Result<StsPolicy> parse_sts_policy(std::string_view text);

/// The identifier of the policy in the TXT records of _mta-sts.DOMAIN. Nothing: there is none, or not just
/// one (section 3.1).
std::optional<std::string> sts_id(const std::vector<std::string>& records);

/// 1 to 32 letters and digits.
bool is_sts_id(std::string_view text);

}  // namespace net

// Which messages an operator means. Names alone answer wherever they can; a file is opened only for a sender
// or a recipient. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "spool/envelope.hpp"
#include "spool/queue.hpp"

namespace spool {

/// The due time of a message that a person keeps back: ten times "f" in its name. No runner touches it.
constexpr std::uint64_t held_due = 0xff'ffff'ffff;

enum class State { ready, deferred, held };

/// Ready: due by now. Deferred: it waits for a later time.
State state_of(const Entry& entry, std::uint64_t now);
std::string_view word(State state);

/// A message is meant when it fits one of each kind that is named. Texts are patterns (spool/pattern.hpp).
struct Selection {
  std::vector<std::string> ids;
  std::vector<std::string> senders;  // "<>" or nothing: the null reverse-path
  std::vector<std::string> recipients;
  std::vector<std::string> domains;    // of the first recipient, which the name holds
  std::optional<std::uint64_t> older;  // seconds since it arrived
  std::optional<std::uint64_t> newer;
  std::vector<State> states;

  /// Nothing is named: every message fits.
  bool is_all() const;
  /// Each is named by its whole id, and by nothing else.
  bool is_by_id() const;
  bool needs_envelope() const { return !senders.empty() || !recipients.empty(); }
  /// The folders of the queue in which such messages lie: some of "0123456789abcdef".
  std::string folders() const;

  bool fits_name(const Entry& entry, std::uint64_t now) const;
  bool fits_envelope(const Envelope& envelope) const;
};

/// "90s", "30m", "4h", "2d", "1w" in seconds; Exit::usage for anything else, and for more than 100 years.
base::Result<std::uint64_t> parse_age(std::string_view text);

}  // namespace spool

#include "spool/selection.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "spool/id.hpp"
#include "spool/pattern.hpp"

namespace spool {

namespace {

constexpr std::uint64_t longest_age = 100ULL * 365 * 86'400;

template <class Texts>
bool fits_one(const Texts& patterns, std::string_view text) {
  return patterns.empty() ||
         std::any_of(patterns.begin(), patterns.end(), [&](const auto& one) { return fits(one, text); });
}

bool fits_sender(const std::string& pattern, const std::string& sender) {
  if (pattern.empty() || pattern == "<>") return sender.empty();
  return fits(pattern, sender);
}

}  // namespace

State state_of(const Entry& entry, std::uint64_t now) {
  if (entry.due == held_due) return State::held;
  return entry.due > now ? State::deferred : State::ready;
}

std::string_view word(State state) {
  switch (state) {
    case State::held:
      return "held";
    case State::deferred:
      return "deferred";
    case State::ready:
      break;
  }
  return "ready";
}

bool Selection::is_all() const {
  return ids.empty() && !needs_envelope() && domains.empty() && !older && !newer && states.empty();
}

bool Selection::is_by_id() const {
  return !ids.empty() && std::all_of(ids.begin(), ids.end(), is_literal) && !needs_envelope() &&
         domains.empty() && !older && !newer && states.empty();
}

std::string Selection::folders() const {
  if (ids.empty() || !std::all_of(ids.begin(), ids.end(), is_literal)) return "0123456789abcdef";
  std::string out;
  for (const auto& id : ids) {
    const auto folder = bucket(base::lower(id));
    if (is_id(base::lower(id)) && out.find(folder) == std::string::npos) out += folder;
  }
  return out;
}

bool Selection::fits_name(const Entry& entry, std::uint64_t now) const {
  if (!states.empty() && std::find(states.begin(), states.end(), state_of(entry, now)) == states.end())
    return false;
  const auto arrived = arrival(entry.id) / 1'000'000;
  const auto age = now > arrived ? now - arrived : 0;
  if ((older && age < *older) || (newer && age >= *newer)) return false;
  return fits_one(domains, entry.destination) && fits_one(ids, entry.id);
}

bool Selection::fits_envelope(const Envelope& envelope) const {
  const bool sent = senders.empty() || std::any_of(senders.begin(), senders.end(), [&](const auto& one) {
                      return fits_sender(one, envelope.sender);
                    });
  return sent && std::any_of(envelope.recipients.begin(), envelope.recipients.end(),
                             [&](const auto& one) { return fits_one(recipients, one.address); });
}

base::Result<std::uint64_t> parse_age(std::string_view text) {
  constexpr std::string_view units = "smhdw";
  constexpr std::uint64_t seconds[] = {1, 60, 3600, 86'400, 604'800};
  const auto unit = text.empty() ? std::string_view::npos : units.find(text.back());
  const auto number = unit == std::string_view::npos
                          ? std::nullopt
                          : base::parse_number(text.substr(0, text.size() - 1), longest_age / seconds[unit]);
  if (!number)
    return base::fail(base::Exit::usage,
                      "an age is a number and s, m, h, d or w, not " + base::printable(text, 40));
  return *number * seconds[unit];
}

}  // namespace spool

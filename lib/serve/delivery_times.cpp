#include "serve/delivery_times.hpp"

#include <algorithm>

namespace serve {

namespace {

/// At least one second, as it is here already.
std::uint64_t time_given(const smtp::MailParameters& asked) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(asked.by->seconds, 1));
}

}  // namespace

std::uint64_t begin_of(const spool::Envelope& envelope, const smtp::MailParameters& asked) {
  return std::max(envelope.received, asked.hold_until.value_or(0));
}

std::optional<std::uint64_t> deadline_of(const spool::Envelope& envelope) {
  // Most say nothing of it, and each of a line is asked.
  if (envelope.parameters.find("BY=") == std::string::npos) return std::nullopt;
  const auto asked = smtp::parse_mail_parameters(envelope.parameters);
  if (!asked || !asked->by) return std::nullopt;
  return begin_of(envelope, *asked) + time_given(*asked);
}

Deadlines deadlines_of(const spool::Envelope& envelope, std::uint64_t lifetime, std::uint64_t warning) {
  const auto asked = smtp::parse_mail_parameters(envelope.parameters);
  const auto begins = begin_of(envelope, asked ? *asked : smtp::MailParameters());
  if (asked && asked->by) {
    const auto seconds = time_given(*asked);
    (asked->by->give_up ? lifetime : warning) = std::min(asked->by->give_up ? lifetime : seconds, seconds);
  }
  return {begins, lifetime, begins + lifetime, warning == 0 ? 0 : begins + warning,
          asked && asked->by && asked->by->give_up};
}

std::uint64_t in_time(std::uint64_t due, std::uint64_t now, const Deadlines& deadlines) {
  for (const auto moment : {deadlines.warns, deadlines.expires}) {
    if (moment > now) due = std::min(due, moment);
  }
  return due;
}

}  // namespace serve

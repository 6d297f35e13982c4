#include "serve/deadline.hpp"

#include <algorithm>

#include "smtp/parameter.hpp"

namespace serve {

std::optional<std::uint64_t> deadline_of(const spool::Envelope& envelope) {
  if (envelope.parameters.find("BY=") == std::string::npos) return std::nullopt;
  const auto asked = smtp::parse_mail_parameters(envelope.parameters);
  if (!asked || !asked->by) return std::nullopt;
  const auto begins = std::max(envelope.received, asked->hold_until.value_or(0));
  return begins + static_cast<std::uint64_t>(std::max<std::int64_t>(asked->by->seconds, 1));
}

}  // namespace serve

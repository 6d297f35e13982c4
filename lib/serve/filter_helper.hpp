// The process that runs filters for one that may start nothing.
#pragma once

#include <string>
#include <string_view>

#include "serve/filter_chain.hpp"

namespace serve {

constexpr std::size_t filter_request_limit = 120 * 1024;  // octets; what the kernel lets into one variable

/// sender, address, user, host and the recipients, each with a line end behind it.
std::string to_request(const FilterEnvelope& envelope);
base::Result<FilterEnvelope> parse_request(std::string_view text);

/// Answers requests on `talker` until that is closed: the message is in `before`, and afterwards in `after`.
/// The answer is a letter (`y` passes, `n` rejected, `t` later) and a text.
void help_with_filters(const FilterRules& rules, int talker, int before, int after);

}  // namespace serve

// Until when a message is wanted, where its sender has said so.
#pragma once

#include <cstdint>
#include <optional>

#include "spool/queue.hpp"

namespace serve {

/// The end of what BY gives it (RFC 2852), in seconds since 1970, whether it is returned then or its sender
/// warned. Nothing: there is no BY.
std::optional<std::uint64_t> deadline_of(const spool::Envelope& envelope);

}  // namespace serve

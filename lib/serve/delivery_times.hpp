// When a message is given up, and its sender told of a delay.
#pragma once

#include <cstdint>
#include <optional>

#include "smtp/parameter.hpp"
#include "spool/envelope.hpp"

namespace serve {

struct Deadlines {
  std::uint64_t begins = 0;    // seconds since 1970: when it came, or was to be sent (RFC 4865)
  std::uint64_t lifetime = 0;  // seconds from then
  std::uint64_t expires = 0;   // seconds since 1970
  std::uint64_t warns = 0;     // the same; 0: never
  bool returned_late = false;  // the sender wants it back rather than delivered after that
};

/// When it came, or was to be sent, which `asked` of its parameters says: seconds since 1970.
std::uint64_t begin_of(const spool::Envelope& envelope, const smtp::MailParameters& asked);

/// The end of what BY gives it (RFC 2852), in seconds since 1970, whether it is returned then or its sender
/// warned. Nothing: there is no BY.
std::optional<std::uint64_t> deadline_of(const spool::Envelope& envelope);

/// `lifetime` and `warning` are this host's, in seconds; a sender may ask for less time (RFC 2852 section 4).
Deadlines deadlines_of(const spool::Envelope& envelope, std::uint64_t lifetime, std::uint64_t warning);

/// `due`, but not after a moment at which there is something to say.
std::uint64_t in_time(std::uint64_t due, std::uint64_t now, const Deadlines& deadlines);

}  // namespace serve

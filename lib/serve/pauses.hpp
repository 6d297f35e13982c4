// For how long a message is left alone of which a child could make nothing, in seconds. Pure.
#pragma once

#include <cstdint>

#include "spool/schedule.hpp"

namespace serve {

/// It could not be put aside, or took a child down twice.
constexpr std::uint64_t pause_after_failure = 3600;

/// Somebody else had it, or it was not there yet.
std::uint64_t pause_after_nothing(const spool::Record& record, std::uint64_t now);

/// What a writer that died has left looks damaged, until it is old enough to go.
std::uint64_t pause_after_damage(const spool::Record& record, std::uint64_t now);

}  // namespace serve

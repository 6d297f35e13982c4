// `spool stats`: the queue in numbers, by names alone.
#pragma once

#include <cstdint>
#include <unordered_set>

#include "base/result.hpp"
#include "serve/spool_options.hpp"

namespace serve {

/// To fd 1: how many messages in which state, how old, and to where most go. `in_hand`: spool::in_hand().
base::Result<int> count_spool(const SpoolOrder& order, std::unordered_set<std::uint64_t> in_hand);

}  // namespace serve

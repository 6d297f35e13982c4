// `spool check`: whether every message is whole, and everything belongs where and to whom it should.
#pragma once

#include "base/result.hpp"
#include "serve/spool_options.hpp"

namespace serve {

/// To fd 1: a line for each thing that is wrong, and how many there were. `repair` moves files that are
/// damaged or have no message's name to damaged/; owners and modes are only told of. Exit::data when
/// something is wrong and was not moved.
base::Result<int> check_spool(const SpoolOrder& order, bool repair);

}  // namespace serve

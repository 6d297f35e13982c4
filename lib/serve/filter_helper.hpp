// The process that runs filters for one that may start nothing.
#pragma once

#include "serve/filter_chain.hpp"

namespace serve {

/// Answers requests on `talker` until that is closed: the message is in `before`, and afterwards in `after`.
/// The answer is a letter (`y` passes, `n` rejected, `t` later) and a text.
void help_with_filters(const FilterRules& rules, int talker, int before, int after);

}  // namespace serve

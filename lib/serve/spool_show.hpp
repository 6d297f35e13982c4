// `spool show`: all there is about one message.
#pragma once

#include "base/result.hpp"
#include "serve/spool_options.hpp"

namespace serve {

enum class Shown { all, json, header, message };

/// To fd 1. On a `terminal` nothing of the message steers it; elsewhere its octets are as they stand there.
/// Exit::no_input: there is no such message. 65 where it is damaged: then what there is has been shown.
base::Result<int> show_message(const SpoolOrder& order, Shown what, bool terminal);

}  // namespace serve

// What every main does around its work: options, --help, --version, --completion, the error line and the exit
// status.
#pragma once

#include <functional>

#include "base/result.hpp"
#include "proc/options.hpp"

namespace proc {

/// Parses the options and calls `work`. An Error is printed as `program: what` on fd 2 and its code returned;
/// an exception is our bug (70), std::bad_alloc is temporary (75). SIGPIPE is ignored: writes report EPIPE.
/// Descriptors 0 to 2 that are closed are opened on /dev/null.
int run(int argc, char** argv, const Usage& usage,
        const std::function<base::Result<int>(const Options&)>& work);

/// Ends this process with what `work` came to, as run() does, but without taking apart what it holds: one
/// that was forked for a short while would first have to copy it.
[[noreturn]] void end(const Usage& usage, const base::Result<int>& status);

/// For filters: a reader that goes away ends the program by SIGPIPE, without a word, as it does in every
/// pipe.
void end_when_nobody_reads();

}  // namespace proc

// What kind of thing an attached file is.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace serve {

/// The Content-Type by a look at a file's first bytes, with a charset if it is text; empty when in doubt.
using Identify = std::function<std::string(std::string_view start)>;

/// The Content-Type of an open file, which is called `name`; empty when nobody knows. Where the first 64 KiB
/// and the name agree, nobody else is asked. Otherwise `look` works in a process of its own: what it takes of
/// memory is gone when the file is read, and a file that brings it down is one of no known type.
base::Result<std::string> type_of_file(int descriptor, const std::string& name, const Identify& look);

}  // namespace serve

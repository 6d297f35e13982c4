// A look at what strangers have written, in a process of its own that can do nothing else: for programs that
// start others afterwards, and so cannot be confined themselves.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "proc/confine.hpp"

namespace serve {

constexpr std::size_t apart_limit = 16 << 20;  // octets of what a look may find

/// What `look` finds, or its error. It runs in a child of this process with the descriptors 0 to 2 alone.
/// Exit::temporary: the child has died, or found more than `apart_limit`.
base::Result<std::string> look_apart(const proc::Confinement& allowed,
                                     const std::function<base::Result<std::string>()>& look);

}  // namespace serve

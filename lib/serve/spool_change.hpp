// `spool hold`, `release`, `retry` and `delete`, while the runner works on the same spool.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "serve/spool_options.hpp"

namespace serve {

enum class Change { hold, release, retry, remove };

/// Whether the operator wants that many gone. An error: nobody can be asked.
using Confirm = base::Result<bool> (*)(std::size_t messages);

/// Each message is changed with its lock in hand (spool/grip.hpp), and is only then told of on fd 1, when the
/// change is on disk. One that is being delivered or written stays as it is, which is Exit::temporary.
/// `confirm` (null: nobody is asked) is asked before messages are removed that are not named by their ids.
base::Result<int> change_spool(const SpoolOrder& order, Change change, Confirm confirm);

}  // namespace serve

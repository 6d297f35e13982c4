// Waiting for a process of a user, who may stop or kill it.
#pragma once

#include <sys/types.h>

#include <functional>

namespace serve {

/// By its user, who so would hold up everybody's mail.
bool is_stopped(pid_t pid);

/// What is done meanwhile, once, where a process takes longer than a second. It may be nothing.
using WhenSlow = std::function<void()>;

/// Until the socket can be read, for at most `seconds`. False: it hangs, or was stopped.
bool await_answer(int socket, pid_t pid, unsigned seconds, const WhenSlow& when_slow = {});

/// The same until it takes more.
bool await_room(int socket, pid_t pid, unsigned seconds);

}  // namespace serve

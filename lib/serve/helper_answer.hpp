// Waiting for a process of a user, who may stop or kill it.
#pragma once

#include <sys/types.h>

namespace serve {

/// By its user, who so would hold up everybody's mail.
bool is_stopped(pid_t pid);

/// Until the socket can be read, for at most `seconds`. False: it hangs, or was stopped.
bool await_answer(int socket, pid_t pid, unsigned seconds);

}  // namespace serve

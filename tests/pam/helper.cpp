// A PAM module that starts a process, as those of directories and tokens do: that one has the fifo which the
// first argument names open for writing until nobody reads it, twenty seconds at most. With `apart` it is in
// a session of its own; with `hangs` the module never answers.
#include <fcntl.h>
#include <poll.h>
#include <security/pam_modules.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

extern "C" int pam_sm_authenticate(pam_handle_t*, int, int argc, const char** argv) {
  const auto is_told = [&](std::string_view word) {
    return std::find(argv, argv + argc, word) != argv + argc;
  };
  const int fifo = argc > 0 ? open(argv[0], O_WRONLY | O_NONBLOCK) : -1;
  if (fifo < 0) return PAM_SYSTEM_ERR;
  if (fork() == 0) {
    if (is_told("apart")) setsid();
    pollfd reader = {fifo, 0, 0};
    (void)poll(&reader, 1, 20'000);
    _exit(0);
  }
  close(fifo);
  while (is_told("hangs")) pause();
  return PAM_SUCCESS;
}

extern "C" int pam_sm_setcred(pam_handle_t*, int, int, const char**) {
  return PAM_SUCCESS;
}

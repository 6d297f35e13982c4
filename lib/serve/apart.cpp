#include "serve/apart.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "fs/stream.hpp"
#include "proc/child.hpp"

namespace serve {

namespace {

constexpr std::size_t reason_limit = 1000;  // octets
constexpr std::size_t code_size = 2;        // digits before what was found, or before why nothing was

/// In the child.
int tell(int to, const proc::Confinement& allowed, const std::function<base::Result<std::string>()>& look) {
  proc::keep_only({to});
  const auto confined = proc::confine(allowed);
  const auto found = confined ? look() : base::Result<std::string>(confined.error());
  const auto text = found ? "00" + *found
                          : std::to_string(static_cast<int>(found.error().code)) +
                                found.error().what.substr(0, reason_limit);
  return fs::write_all(to, text) ? 0 : 1;
}

base::Result<std::string> hear(int from) {
  std::string out;
  TRY(fs::each_chunk(from, "a look at a message", [&](std::string_view chunk) -> base::Result<void> {
    if (out.size() + chunk.size() > apart_limit)
      return base::fail(base::Exit::temporary, "a look at a message finds too much");
    out += chunk;
    return {};
  }));
  return out;
}

}  // namespace

base::Result<std::string> look_apart(const proc::Confinement& allowed,
                                     const std::function<base::Result<std::string>()>& look) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return base::system_error("pipe");
  fs::Fd from(ends[0]);
  fs::Fd to(ends[1]);
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid == 0) _exit(tell(to.get(), allowed, look));
  to.reset();
  const auto heard = hear(from.get());
  // One that has more to say must not wait for a reader.
  from.reset();
  TRY_ASSIGN(const int status, proc::wait(pid));
  if (!heard) return heard.error();
  const auto code = base::parse_number(std::string_view(*heard).substr(0, code_size),
                                       static_cast<int>(base::Exit::configuration));
  if (status != 0 || heard->size() < code_size || !code)
    return base::fail(base::Exit::temporary, "the process that looks at the message has died");
  if (*code != 0) return base::fail(static_cast<base::Exit>(*code), heard->substr(code_size));
  return heard->substr(code_size);
}

}  // namespace serve

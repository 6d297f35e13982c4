#include "serve/local_delivery.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "proc/child.hpp"

namespace serve {

Attempt judge_exit(int status) {
  if (status == 0) return {Outcome::delivered, "2.0.0", "delivered", {}};
  switch (static_cast<base::Exit>(status)) {
    case base::Exit::no_user: return {Outcome::failed, "5.1.1", "no such user here", {}};
    case base::Exit::unavailable: return {Outcome::failed, "5.4.6", "the message is in a loop", {}};
    default: return {Outcome::deferred, "4.3.0", "local-deliver ended with " + std::to_string(status), {}};
  }
}

base::Result<Attempt> deliver_locally(const LocalProgram& program, const spool::Message& message, const std::string& user,
                                      const std::string& address) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return base::system_error("pipe");
  fs::Fd reading(ends[0]);
  fs::Fd writing(ends[1]);
  proc::Child child = {{program.path, "--user=" + user},
                       {{reading.get(), 0}},
                       {{"SENDER", message.envelope.sender}, {"RECIPIENT", address}}};
  if (!program.configuration.empty()) child.variables.emplace_back("TUBEPOST_CONF", program.configuration);
  TRY_ASSIGN(const pid_t pid, proc::start(child));
  reading.reset();
  bool refused = false;
  const auto sent = spool::Queue::each_chunk(message, [&](std::string_view chunk) -> base::Result<void> {
    // A child that reads no further says why by its exit status.
    refused = refused || !fs::write_all(writing.get(), chunk);
    return {};
  });
  // It must not take for whole what could not be read to its end.
  if (!sent) kill(pid, SIGKILL);
  writing.reset();
  TRY_ASSIGN(const int status, proc::wait(pid));
  TRY(sent);
  return judge_exit(status);
}

}  // namespace serve

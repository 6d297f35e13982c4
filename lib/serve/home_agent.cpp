#include "serve/home_agent.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/packet.hpp"
#include "proc/child.hpp"
#include "serve/mailbox.hpp"

namespace serve {

namespace {

constexpr unsigned goodbye = 5;  // seconds

/// An exception ends the process: unwinding would run the parent's work twice.
[[noreturn]] void answer(const auth::Account& account, int file, int socket,
                         const std::function<LocalReport()>& work) noexcept {
  proc::keep_only({file, socket});
  // What the user starts must not type into the terminal of whoever has started this by hand.
  (void)setsid();
  umask(077);
  const rlimit none = {0, 0};
  (void)setrlimit(RLIMIT_CORE, &none);
  const auto became = become_account(account);
  (void)fs::send_packet(socket, to_packet(became ? work() : report_of(became.error())));
  _exit(0);
}

base::Result<LocalReport> hear(int socket, pid_t pid, unsigned seconds, const WhenSlow& when_slow) {
  if (!await_answer(socket, pid, seconds, when_slow)) {
    kill(pid, SIGKILL);
    return base::fail(base::Exit::temporary, "the delivery hangs");
  }
  TRY_ASSIGN(const auto packet, fs::receive_packet(socket));
  if (!packet) return base::fail(base::Exit::temporary, "the delivering process has died");
  return parse_report(packet->text);
}

}  // namespace

base::Result<LocalReport> ask_as(const auth::Account& account, int file, unsigned seconds,
                                 const std::function<LocalReport()>& work, const WhenSlow& when_slow) {
  TRY_ASSIGN(auto sockets, fs::packet_sockets());
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid == 0) answer(account, file, sockets.second.get(), work);
  sockets.second.reset();
  auto report = hear(sockets.first.get(), pid, seconds, when_slow);
  proc::let_go(pid, goodbye);
  return report;
}

}  // namespace serve

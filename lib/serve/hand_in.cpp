#include "serve/hand_in.hpp"

#include "proc/child.hpp"
#include "serve/copied.hpp"

namespace serve {

namespace {

constexpr unsigned time_limit = 120;  // seconds

}  // namespace

base::Result<void> hand_in(const Sendmail& sendmail, std::string_view message, const std::string& recipient) {
  TRY_ASSIGN(const auto file, copied([&](const UsePiece& use) { return use(message); }));
  proc::Child child = {{sendmail.program, "-i", "-f", "<>"}, {{file.get(), 0}}, {}};
  if (!sendmail.configuration.empty()) child.command.push_back("--config=" + sendmail.configuration);
  // An address may begin with a hyphen.
  child.command.insert(child.command.end(), {"--", recipient});
  TRY_ASSIGN(const pid_t pid, proc::start(child));
  TRY_ASSIGN(const int status, proc::wait(pid, time_limit));
  if (status == 0) return {};
  return base::fail(base::Exit::temporary, sendmail.program + " ended with " + std::to_string(status));
}

}  // namespace serve

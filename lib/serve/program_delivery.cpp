#include "serve/program_delivery.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "fs/stream.hpp"
#include "proc/child.hpp"
#include "serve/copied.hpp"
#include "serve/filter_request.hpp"

namespace serve {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view search_path = "/usr/local/bin:/usr/bin:/bin";
constexpr int stop_here = 99;  // of qmail's dot-qmail(5)

Attempt later(const std::string& reason) {
  return {Outcome::deferred, "4.3.0", reason, {}};
}

/// Empty: there is none that this user may start.
std::string find_program(const std::string& name, const std::string& home) {
  if (name.find('/') != std::string::npos) {
    const auto path = name.starts_with('/') ? name : home + "/" + name;
    return access(path.c_str(), X_OK) == 0 ? path : std::string();
  }
  auto places = search_path;
  while (!places.empty()) {
    const auto place = places.substr(0, places.find(':'));
    places.remove_prefix(std::min(place.size() + 1, places.size()));
    const auto path = std::string(place) + "/" + name;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> variables(const Letter& letter) {
  const auto at = letter.recipient.rfind('@');
  const bool bare = at == std::string::npos;
  return {{"SENDER", letter.sender},
          {"RECIPIENT", letter.recipient},
          {"USER", letter.user},
          {"LOGNAME", letter.user},
          {"HOME", letter.home},
          {"SHELL", "/bin/sh"},
          {"PATH", std::string(search_path)},
          {"LOCAL", letter.recipient.substr(0, at)},
          {"EXT", letter.extension},
          {"HOST", bare ? letter.hostname : letter.recipient.substr(at + 1)},
          {"RPLINE", return_path_line(letter)},
          {"DTLINE", delivered_to_line(letter)}};
}

enum class End { by_itself, too_late, too_much };

/// Reads what it says until it has ended or must. Whoever it has left behind may hold the pipe open.
base::Result<End> listen_to(pid_t pid, int pipe, const ProgramLimits& limits, std::string& said) {
  const fs::Fd process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!process) return base::system_error("watch a program");
  pollfd waiting[] = {{process.get(), POLLIN, 0}, {pipe, POLLIN, 0}};
  char buffer[4096];
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(limits.end - Clock::now()).count();
    const int ready = poll(waiting, 2, static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30)));
    if (ready < 0 && errno != EINTR) return base::system_error("watch a program");
    if (ready == 0) return End::too_late;
    if (ready < 0) continue;
    const ssize_t got = waiting[1].revents != 0 ? read(pipe, buffer, sizeof buffer) : 0;
    if (got > 0) said.append(buffer, static_cast<std::size_t>(got));
    if (said.size() > limits.output) return End::too_much;
    if (got > 0) continue;
    if (waiting[0].revents != 0) return End::by_itself;
    // The pipe has ended before the process.
    if (waiting[1].revents != 0) waiting[1].fd = -1;
  }
}

base::Result<std::pair<fs::Fd, fs::Fd>> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return base::system_error("a pipe");
  std::pair out{fs::Fd(ends[0]), fs::Fd(ends[1])};
  if (fcntl(out.first.get(), F_SETFL, O_NONBLOCK) != 0) return base::system_error("a pipe");
  return out;
}

struct Meaning {
  int status;
  const char* code;
  const char* reason;
};

constexpr Meaning failures[] = {{64, "5.3.5", "was started in a wrong way"},
                                {65, "5.6.0", "does not take this message"},
                                {66, "5.3.0", "lacks an input"},
                                {67, "5.1.1", "knows no such user"},
                                {68, "5.1.2", "knows no such host"},
                                {69, "5.3.0", "is unavailable"},
                                {70, "5.3.0", "has failed"},
                                {76, "5.5.0", "has failed"},
                                {77, "5.7.1", "refuses the message"},
                                {100, "5.3.0", "refuses the message"},
                                {112, "5.3.0", "refuses the message"}};

}  // namespace

ProgramResult judge_program(const std::string& program, int status, std::string_view said) {
  if (status == 0 || status == stop_here)
    return {{Outcome::delivered, "2.0.0", "delivered to a program", {}}, status == stop_here};
  const auto* const known = std::find_if(std::begin(failures), std::end(failures),
                                         [&](const auto& one) { return one.status == status; });
  const auto name = base::printable(program.substr(program.rfind('/') + 1), 100);
  const auto reason = to_reason(said);
  if (known == std::end(failures))
    return {later(name + " ended with " + std::to_string(status) + (reason.empty() ? "" : ": " + reason))};
  return {
      {Outcome::failed, known->code, name + " " + known->reason + (reason.empty() ? "" : ": " + reason), {}}};
}

base::Result<ProgramResult> deliver_to_program(const std::vector<std::string>& command, const Letter& letter,
                                               const ProgramLimits& limits) {
  if (command.empty()) return base::fail(base::Exit::software, "no program to start");
  if (geteuid() == 0)
    return base::fail(base::Exit::temporary, command[0] + ": no program is started as root");
  const auto shown = base::printable(command[0], 100);
  const auto path = find_program(command[0], letter.home);
  if (path.empty()) return ProgramResult{later(shown + " is no program that can be started")};
  TRY_ASSIGN(const auto message, copied([&](const UsePiece& use) { return each_piece(letter, use); }));
  TRY_ASSIGN(auto pipe, make_pipe());
  proc::Child child;
  child.command = command;
  child.command[0] = path;
  child.descriptors = {{message.get(), 0}, {pipe.second.get(), 1}, {pipe.second.get(), 2}};
  child.variables = variables(letter);
  child.leads_group = child.only_variables = true;
  child.directory = letter.home;
  TRY_ASSIGN(const pid_t pid, proc::start(child));
  pipe.second.reset();
  std::string said;
  const auto end = listen_to(pid, pipe.first.get(), limits, said);
  // What is left of its group is killed, whatever has come of it.
  TRY_ASSIGN(const int status, proc::wait_for_group(pid, 0));
  TRY(end);
  if (*end == End::too_late) return ProgramResult{later(shown + " was stopped: it took too long")};
  if (*end == End::too_much) return ProgramResult{later(shown + " was stopped: it wrote too much")};
  return judge_program(command[0], status, said);
}

}  // namespace serve

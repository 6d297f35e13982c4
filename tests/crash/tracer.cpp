// Runs a program, counts the system calls of each of its processes, and makes one of them fail or kills its
// process before it. strace counts for every process alike, so that its victim is always the oldest; here it
// is named.
//   crash_tracer LOG PROCESS CALL ACTION PROGRAM ARGUMENT...
// PROCESS: 0 is the program, its descendants count on in the order they are made. CALL: from 1, after the
// exec. ACTION: kill, kill-all, or the number of an error; PROCESS -1: only the log is written. In it a line
// a call, `PROCESS CALL NUMBER RESULT` and, where the call changes files, its name, paths and bytes (in
// hexadecimal, as one word each; "say" where what is written goes to no file); "injected" stands before the
// call that was hit.
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string>

namespace {

struct Process {
  int number = 0;
  int calls = 0;
  bool failing = false;
  user_regs_struct before = {};
  std::string change;  // what the log says of the call that is under way
};

struct Plan {
  int process;
  int call;
  std::string action;
};

std::map<pid_t, Process> processes;
int made = 0;
std::FILE* record = nullptr;

std::string memory(pid_t pid, std::uint64_t from, std::size_t size) {
  std::string out(size, '\0');
  iovec local = {out.data(), size};
  iovec remote = {reinterpret_cast<void*>(from), size};
  const auto got = process_vm_readv(pid, &local, 1, &remote, 1, 0);
  out.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return out;
}

std::string hex(const std::string& bytes) {
  std::string out;
  for (const unsigned char c : bytes) {
    out += "0123456789abcdef"[c >> 4];
    out += "0123456789abcdef"[c & 15];
  }
  return out.empty() ? "-" : out;
}

/// A name ends at its NUL and may lie at the end of a page.
std::string text(pid_t pid, std::uint64_t from) {
  std::string out;
  while (out.find('\0') == std::string::npos && out.size() < 8192) {
    const auto more = memory(pid, from + out.size(), 4096 - (from + out.size()) % 4096);
    if (more.empty()) break;
    out += more;
  }
  return out.substr(0, out.find('\0'));
}

std::string link_of(const std::string& path) {
  char buffer[4096];
  const auto size = readlink(path.c_str(), buffer, sizeof buffer);
  return size < 0 ? "" : std::string(buffer, static_cast<std::size_t>(size));
}

std::string of_descriptor(pid_t pid, std::uint64_t descriptor) {
  return link_of("/proc/" + std::to_string(pid) + "/fd/" + std::to_string(static_cast<int>(descriptor)));
}

std::string name(pid_t pid, std::uint64_t directory, std::uint64_t at) {
  const auto path = text(pid, at);
  if (!path.empty() && path[0] == '/') return path;
  const auto root = static_cast<int>(directory) == AT_FDCWD ? link_of("/proc/" + std::to_string(pid) + "/cwd")
                                                            : of_descriptor(pid, directory);
  return root + "/" + path;
}

std::string position(pid_t pid, std::uint64_t descriptor) {
  std::ifstream info("/proc/" + std::to_string(pid) + "/fdinfo/" + std::to_string(descriptor));
  std::string word, value;
  info >> word >> value;
  return value;
}

std::string opening(const std::string& path, std::uint64_t flags) {
  if ((flags & O_CREAT) != 0 && access(path.c_str(), F_OK) != 0) return "create " + hex(path);
  return (flags & O_TRUNC) != 0 ? "truncate " + hex(path) + " 0" : "";
}

std::string writing(pid_t pid, std::uint64_t descriptor, const std::string& offset, std::uint64_t from,
                    std::uint64_t size) {
  const auto path = of_descriptor(pid, descriptor);
  if (path.empty() || path[0] != '/') return "say " + hex(memory(pid, from, size));
  return "write " + hex(path) + " " + offset + " " + hex(memory(pid, from, size));
}

/// Empty for a call that changes no file.
std::string change_of(pid_t pid, const user_regs_struct& r) {
  const std::uint64_t here = static_cast<std::uint64_t>(AT_FDCWD);
  switch (r.orig_rax) {
    case SYS_openat:
      return opening(name(pid, r.rdi, r.rsi), r.rdx);
    case SYS_open:
      return opening(name(pid, here, r.rdi), r.rsi);
    case SYS_write:
      return writing(pid, r.rdi, position(pid, r.rdi), r.rsi, r.rdx);
    case SYS_sendto:
      return "say " + hex(memory(pid, r.rsi, r.rdx));
    case SYS_pwrite64:
      return writing(pid, r.rdi, std::to_string(r.r10), r.rsi, r.rdx);
    case SYS_writev:
    case SYS_pwritev:
      return "unknown";
    case SYS_rename:
      return "rename " + hex(name(pid, here, r.rdi)) + " " + hex(name(pid, here, r.rsi));
    case SYS_renameat:
    case SYS_renameat2:
      return "rename " + hex(name(pid, r.rdi, r.rsi)) + " " + hex(name(pid, r.rdx, r.r10));
    case SYS_link:
      return "link " + hex(name(pid, here, r.rdi)) + " " + hex(name(pid, here, r.rsi));
    case SYS_linkat:
      return "link " + hex(name(pid, r.rdi, r.rsi)) + " " + hex(name(pid, r.rdx, r.r10));
    case SYS_unlink:
      return "unlink " + hex(name(pid, here, r.rdi));
    case SYS_unlinkat:
      return "unlink " + hex(name(pid, r.rdi, r.rsi));
    case SYS_mkdir:
      return "mkdir " + hex(name(pid, here, r.rdi));
    case SYS_mkdirat:
      return "mkdir " + hex(name(pid, r.rdi, r.rsi));
    case SYS_ftruncate:
      return "truncate " + hex(of_descriptor(pid, r.rdi)) + " " + std::to_string(r.rsi);
    case SYS_fsync:
    case SYS_fdatasync:
      return "sync " + hex(of_descriptor(pid, r.rdi));
    default:
      return "";
  }
}

/// At the entry. The call becomes one that every filter lets pass and that does nothing.
void disarm(pid_t pid, user_regs_struct r) {
  r.orig_rax = SYS_close;
  r.rdi = static_cast<std::uint64_t>(-1);
  ptrace(PTRACE_SETREGS, pid, nullptr, &r);
}

void entered(pid_t pid, Process& process, const Plan& plan) {
  ptrace(PTRACE_GETREGS, pid, nullptr, &process.before);
  ++process.calls;
  process.change = change_of(pid, process.before);
  if (process.number != plan.process || process.calls != plan.call) return;
  std::fprintf(record, "injected %d %d %lld %s\n", process.number, process.calls, process.before.orig_rax,
               process.change.c_str());
  if (plan.action == "kill") {
    kill(pid, SIGKILL);
  } else if (plan.action == "kill-all") {
    for (const auto& [each, _] : processes) kill(each, SIGKILL);
  } else {
    process.failing = true;
    // Whatever it says, a close closes.
    const auto number = process.before.orig_rax;
    if (number != SYS_close && number != SYS_close_range) disarm(pid, process.before);
  }
}

void left(pid_t pid, Process& process, const Plan& plan) {
  user_regs_struct r = {};
  ptrace(PTRACE_GETREGS, pid, nullptr, &r);
  if (process.failing) {
    r.rdi = process.before.rdi;
    r.rax = static_cast<std::uint64_t>(-std::atoi(plan.action.c_str()));
    ptrace(PTRACE_SETREGS, pid, nullptr, &r);
    process.failing = false;
  }
  const auto result = static_cast<long long>(r.rax);
  // A socket may have taken a part.
  if (result > 0 && process.change.starts_with("say "))
    process.change.resize(std::min(process.change.size(), 4 + 2 * static_cast<std::size_t>(result)));
  std::fprintf(record, "%d %d %lld %lld %s\n", process.number, process.calls, process.before.orig_rax, result,
               result < 0 ? "" : process.change.c_str());
}

Process& known(pid_t pid) {
  const auto [at, fresh] = processes.try_emplace(pid);
  if (fresh) at->second.number = made++;
  return at->second;
}

/// What is handed on to the process; 0 for what is meant for the tracer.
int stopped(pid_t pid, int status, const Plan& plan) {
  auto& process = known(pid);
  const int signal = WSTOPSIG(status);
  const int event = status >> 16;
  if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE) {
    unsigned long child = 0;
    ptrace(PTRACE_GETEVENTMSG, pid, nullptr, &child);
    known(static_cast<pid_t>(child));
  }
  if (event != 0) return 0;
  if (signal != (SIGTRAP | 0x80)) return signal;
  __ptrace_syscall_info info = {};
  ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info);
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    entered(pid, process, plan);
  } else if (process.calls > 0) {
    left(pid, process, plan);
  }
  return 0;
}

int follow(pid_t first, const Plan& plan) {
  int status = 0;
  int result = 1;
  pid_t pid = 0;
  while ((pid = waitpid(-1, &status, __WALL)) > 0) {
    if (WIFSTOPPED(status)) {
      ptrace(PTRACE_SYSCALL, pid, nullptr, static_cast<long>(stopped(pid, status, plan)));
      continue;
    }
    processes.erase(pid);
    if (pid == first) result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) return 64;
  record = std::fopen(argv[1], "we");
  if (record == nullptr) return 73;
  int ready[2];
  if (pipe2(ready, O_CLOEXEC) != 0) return 71;
  const pid_t first = fork();
  if (first == 0) {
    char go = 0;
    close(ready[1]);
    (void)!read(ready[0], &go, 1);
    execv(argv[5], argv + 5);
    _exit(127);
  }
  constexpr long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                           PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SEIZE, first, nullptr, options) != 0) return 71;
  known(first);
  // Its first stop is the exec: nothing before that counts.
  close(ready[1]);
  const int result = follow(first, {std::atoi(argv[2]), std::atoi(argv[3]), argv[4]});
  std::fclose(record);
  return result;
}

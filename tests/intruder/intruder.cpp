// A library that is loaded before all others (LD_PRELOAD) into a server as it is shipped. When the server
// reads "INTRUDER:NAME;" it is as if a stranger had taken the process over at that moment: the attempt of
// that name is made, and what came of it is written to the file $INTRUDER_REPORT.
//
// $INTRUDER_WITHOUT turns layers off, so that each can be seen to hold alone: "uid", "landlock", "seccomp".
// $INTRUDER_LANDLOCK is the version of Landlock that the kernel is said to have.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

namespace {

constexpr int report_descriptor = 200;

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

long call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0) {
  static auto* const found = real<long(long, ...)>("syscall");
  return found(number, a, b, c, d, e, f);
}

long at(const void* address) {
  return reinterpret_cast<long>(address);
}

void report(const std::string& line) {
  (void)call(SYS_write, report_descriptor, at(line.data()), static_cast<long>(line.size()));
}

bool without(std::string_view layer) {
  const char* const layers = std::getenv("INTRUDER_WITHOUT");
  return layers != nullptr && std::string_view(layers).find(layer) != std::string_view::npos;
}

__attribute__((constructor)) void begin() {
  const char* const path = std::getenv("INTRUDER_REPORT");
  const int file = path == nullptr ? -1 : open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) return;
  dup3(file, report_descriptor, O_CLOEXEC);
  close(file);
}

const char* target(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "/nonexistent" : value;
}

bool open_file(const char* path) {
  return call(SYS_openat, AT_FDCWD, at(path), O_RDONLY) >= 0;
}

bool list_directory(const char* path) {
  char entries[4096];
  const long directory = call(SYS_openat, AT_FDCWD, at(path), O_RDONLY | O_DIRECTORY);
  return directory >= 0 && call(SYS_getdents64, directory, at(entries), sizeof entries) > 0;
}

bool execute() {
  // A file that no program is: where exec is allowed it is found out only after all that could forbid it.
  const char* const arguments[] = {"x", nullptr};
  call(SYS_execve, at(target("INTRUDER_PROGRAM")), at(arguments), at(arguments + 1));
  return errno == ENOEXEC;
}

bool make_process() {
  const long pid = call(SYS_clone, SIGCHLD);
  if (pid == 0) call(SYS_exit_group, 0);
  return pid > 0;
}

bool use_socket(long number, int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const long descriptor = call(SYS_socket, AF_INET, SOCK_STREAM, 0);
  return descriptor >= 0 && call(number, descriptor, at(&address), sizeof address) == 0;
}

/// A port that others would look for: which one the system chooses a caller may have. Some may be taken.
bool bind_a_port() {
  constexpr int first = 20'000, many = 12'000, tries = 20;
  for (int i = 0; i < tries; ++i) {
    if (use_socket(SYS_bind, first + (static_cast<int>(getpid()) + i) % many)) return true;
    if (errno != EADDRINUSE) return false;
  }
  return false;
}

bool read_parent() {
  char octet = 0;
  const iovec ours = {&octet, 1};
  // Forked from it, so this is there in the parent as well.
  const iovec theirs = {const_cast<char*>("x"), 1};
  return call(SYS_process_vm_readv, getppid(), at(&ours), 1, at(&theirs), 1) == 1;
}

bool run_written_code() {
  void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) == 0;
}

/// Whether what is written backwards in $INTRUDER_SEEK stands anywhere in this process's memory.
bool find_in_memory() {
  const std::string_view backwards = target("INTRUDER_SEEK");
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0;
    unsigned long end = 0;
    char rights[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &begin, &end, rights) != 3 ||
        std::string_view(rights).substr(0, 2) != "rw")
      continue;
    const std::string_view memory(reinterpret_cast<const char*>(begin), end - begin);
    const auto found = std::search(memory.begin(), memory.end(), backwards.rbegin(), backwards.rend());
    if (found != memory.end()) return true;
  }
  return false;
}

/// A file that is still open from before rights were given up: nothing that comes later keeps him from it.
bool hold_file() {
  for (int i = 3; i < report_descriptor; ++i) {
    struct stat info = {};
    const bool file = call(SYS_fstat, i, at(&info)) == 0 && S_ISREG(info.st_mode);
    if (file && (call(SYS_fcntl, i, F_GETFL) & O_ACCMODE) != O_RDONLY) return true;
  }
  return false;
}

bool attempt(const std::string& name) {
  if (name == "held") return hold_file();
  if (name == "seek") return find_in_memory();
  if (name == "users") return open_file(target("INTRUDER_USERS"));
  if (name == "mailbox") return open_file(target("INTRUDER_MAIL"));
  if (name == "key") return open_file(target("INTRUDER_KEY"));
  if (name == "shadow") return open_file("/etc/shadow");
  if (name == "queued") return open_file(target("INTRUDER_QUEUED"));
  if (name == "remove") return call(SYS_unlink, at(target("INTRUDER_QUEUED"))) == 0;
  if (name == "list") return list_directory(target("INTRUDER_BUCKET"));
  if (name == "create")
    return call(SYS_openat, AT_FDCWD, at(target("INTRUDER_NEW")), O_CREAT | O_WRONLY, 0600) >= 0;
  if (name == "exec") return execute();
  if (name == "fork") return make_process();
  if (name == "connect") return use_socket(SYS_connect, std::atoi(target("INTRUDER_PORT")));
  if (name == "bind") return bind_a_port();
  if (name == "ptrace") return call(SYS_ptrace, PTRACE_SEIZE, getppid()) == 0;
  if (name == "kill") return call(SYS_kill, getppid(), 0) == 0;
  if (name == "mem") return open_file(("/proc/" + std::to_string(getppid()) + "/mem").c_str());
  if (name == "vm") return read_parent();
  if (name == "root") return call(SYS_setuid, 0) == 0;
  if (name == "unshare") return call(SYS_unshare, CLONE_NEWUSER) == 0;
  if (name == "keyring") return call(SYS_keyctl, 0, -4, 1) >= 0;
  if (name == "code") return run_written_code();
  return false;
}

void look_at(const void* text, ssize_t size) {
  if (size <= 0) return;
  const std::string_view all(static_cast<const char*>(text), static_cast<std::size_t>(size));
  constexpr std::string_view mark = "INTRUDER:";
  const auto found = all.find(mark);
  if (found == all.npos) return;
  const auto rest = all.substr(found + mark.size());
  const std::string name(rest.substr(0, rest.find(';')));
  errno = 0;
  const bool done = attempt(name);
  report(name + (done ? " done\n" : std::string(" ") + strerrorname_np(errno) + "\n"));
}

}  // namespace

extern "C" {

ssize_t read(int descriptor, void* into, size_t size) {
  const long got = call(SYS_read, descriptor, at(into), static_cast<long>(size));
  look_at(into, got);
  return got;
}

ssize_t __read_chk(int descriptor, void* into, size_t size, size_t) {
  return read(descriptor, into, size);
}

ssize_t recv(int descriptor, void* into, size_t size, int flags) {
  const long got = call(SYS_recvfrom, descriptor, at(into), static_cast<long>(size), flags);
  look_at(into, got);
  return got;
}

ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
  const long got = call(SYS_recvmsg, descriptor, at(message), flags);
  if (message->msg_iovlen > 0) look_at(message->msg_iov[0].iov_base, got);
  return got;
}

/// An intruder whom the kernel has killed leaves no other trace.
pid_t waitpid(pid_t pid, int* status, int options) {
  int ended = 0;
  const long got = call(SYS_wait4, pid, at(&ended), options);
  if (got > 0 && WIFSIGNALED(ended)) report("signal SIG" + std::string(sigabbrev_np(WTERMSIG(ended))) + "\n");
  if (status != nullptr) *status = ended;
  return static_cast<pid_t>(got);
}

long syscall(long number, ...) {
  if (number == SYS_landlock_restrict_self && without("landlock")) return 0;
  if (number == SYS_seccomp && without("seccomp")) return 0;
  va_list list;
  va_start(list, number);
  long arguments[6];
  for (long& one : arguments) one = va_arg(list, long);
  va_end(list);
  const char* const version = std::getenv("INTRUDER_LANDLOCK");
  const bool asked = number == SYS_landlock_create_ruleset && arguments[2] == LANDLOCK_CREATE_RULESET_VERSION;
  if (asked && version != nullptr) return std::atoi(version);
  return call(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}

int close_range(unsigned first, unsigned last, int) {
  for (unsigned one = first; one <= last && one < 1024; ++one) {
    if (one != report_descriptor) close(static_cast<int>(one));
  }
  return 0;
}

int setgroups(size_t size, const gid_t* list) {
  return without("uid") ? 0 : real<int(size_t, const gid_t*)>("setgroups")(size, list);
}

int setgid(gid_t gid) {
  return without("uid") ? 0 : real<int(gid_t)>("setgid")(gid);
}

int setuid(uid_t uid) {
  return without("uid") ? 0 : real<int(uid_t)>("setuid")(uid);
}
}

// Writes proc/filters.hpp when tubepost is built: for each role the seccomp program that libseccomp makes of
// the lists below. A process then only hands it to the kernel; to have it made anew in each would take five
// times as long as that.
//
// What no list names fails with ENOSYS, as on an older kernel: a C library that tries something new goes on
// with what it did before. What no mail program has to do with ends the process.
#include <asm/termbits.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <iostream>
#include <vector>

#include "proc/role.hpp"

namespace {

using Names = std::initializer_list<const char*>;
using proc::Role;

// What whoever has taken a process over would try first.
constexpr Names hostile = {
    "execve",      "execveat",    "fork",           "vfork",   "clone",  "ptrace",    "process_vm_readv",
    "kill",        "pidfd_getfd", "io_uring_setup", "setuid",  "setgid", "setgroups", "bind",
    "listen",      "accept",      "accept4",        "unshare", "mount",  "bpf",       "perf_event_open",
    "userfaultfd", "keyctl"};

constexpr Names more_hostile = {
    // other processes
    "process_vm_writev", "process_madvise", "process_mrelease", "kcmp", "pidfd_send_signal", "tkill",
    "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
    // name spaces and what is mounted
    "setns", "chroot", "pivot_root", "umount2", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount",
    "fspick", "mount_setattr", "open_by_handle_at",
    // the kernel
    "io_uring_enter", "io_uring_register", "add_key", "request_key", "init_module", "finit_module",
    "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "iopl", "ioperm",
    "modify_ldt", "acct", "quotactl", "settimeofday", "clock_settime", "sethostname", "setdomainname",
    "mknod", "mknodat",
    // being somebody else
    "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid", "capset"};

constexpr Names everywhere = {
    "read", "write", "pread64", "pwrite64", "lseek", "close", "dup2", "fstat", "poll", "ppoll",
    // memory
    "munmap", "mremap", "brk", "madvise",
    // signals, time, the thread
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "restart_syscall", "nanosleep", "clock_nanosleep",
    "clock_gettime", "futex", "exit", "exit_group", "wait4",
    // who one is
    "getpid", "getppid", "gettid", "geteuid", "getrandom",
    // sockets that are connected
    "sendto", "recvfrom", "sendmsg", "recvmsg", "shutdown", "getsockopt", "setsockopt", "getsockname",
    "getpeername"};

// Where a process is not made for each connection, what else a library may want.
constexpr Names at_leisure = {"readv",
                              "preadv",
                              "writev",
                              "pwritev",
                              "close_range",
                              "dup",
                              "dup3",
                              "select",
                              "pselect6",
                              "sendfile",
                              "splice",
                              "membarrier",
                              "sigaltstack",
                              "clock_getres",
                              "gettimeofday",
                              "time",
                              "rt_sigpending",
                              "alarm",
                              "setitimer",
                              "set_robust_list",
                              "rseq",
                              "sched_yield",
                              "sched_getaffinity",
                              "waitid",
                              "getuid",
                              "getgid",
                              "getegid",
                              "getrusage",
                              "uname",
                              "sysinfo"};

constexpr Names look_up = {"stat", "lstat", "newfstatat", "access", "faccessat2", "fstatfs", "statfs"};
constexpr Names look_up_more = {"statx", "faccessat", "readlink", "readlinkat", "getcwd", "fadvise64"};
constexpr Names list = {"getdents64", "getdents"};
constexpr Names store = {"open",  "openat", "ftruncate", "fsync",     "fdatasync",
                         "flock", "unlink", "unlinkat",  "fallocate", "copy_file_range"};
constexpr Names keep = {"rename",
                        "renameat",
                        "renameat2",
                        "link",
                        "linkat",
                        "mkdir",
                        "mkdirat",
                        "rmdir",
                        "truncate",
                        "fchmod",
                        "chmod",
                        "fchmodat",
                        "utimensat",
                        "utime",
                        "utimes",
                        "futimesat",
                        "umask",
                        "inotify_init1",
                        "inotify_add_watch",
                        "inotify_rm_watch",
                        "fchown",
                        "sync_file_range",
                        "sync_file_range2"};
// With what Asio waits.
constexpr Names call = {"connect",        "sendmmsg",        "recvmmsg",   "eventfd2",
                        "epoll_create1",  "epoll_ctl",       "epoll_wait", "epoll_pwait",
                        "timerfd_create", "timerfd_settime", "pipe2"};

[[noreturn]] void give_up(const char* what, int error) {
  std::cerr << "make_filters: " << what << ": error " << -error << "\n";
  std::exit(70);
}

class Filter {
 public:
  explicit Filter(Role role) : context_(seccomp_init(SCMP_ACT_ERRNO(ENOSYS))) {
    if (context_ == nullptr) give_up("seccomp_init", -ENOMEM);
    check("bad architecture", seccomp_attr_set(context_, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
    // A tree: the kernel runs the program for every number when it takes it.
    check("optimize", seccomp_attr_set(context_, SCMP_FLTATR_CTL_OPTIMIZE, 2));
    forbid(hostile, role);
    allow(everywhere);
    allow_if("fcntl", 1, {F_DUPFD_CLOEXEC, F_SETFD, F_GETFL, F_SETFL});
    if (role != Role::talker) allow(look_up);
    if (!is_made_for_each_connection(role)) allow_at_leisure(role);
    if (role == Role::reader || calls(role)) allow_reading();
    if (role == Role::receiver || role == Role::keeper) allow(store);
    allow_memory(is_made_for_each_connection(role));
    if (role == Role::keeper) allow(keep);
#ifdef TUBEPOST_SANITIZED
    // A sanitizer tries through a pipe what can be read.
    allow({"pipe", "pipe2"});
#endif
    if (calls(role)) allow_calling();
    if (role == Role::resolver) allow_threads();
  }
  ~Filter() {
    seccomp_release(context_);
  }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  std::vector<sock_filter> code() const {
    std::FILE* const file = std::tmpfile();
    if (file == nullptr) give_up("tmpfile", -errno);
    check("export", seccomp_export_bpf(context_, fileno(file)));
    std::vector<sock_filter> out(static_cast<std::size_t>(lseek(fileno(file), 0, SEEK_END)) /
                                 sizeof(sock_filter));
    const auto size = out.size() * sizeof(sock_filter);
    if (pread(fileno(file), out.data(), size, 0) != static_cast<ssize_t>(size)) give_up("read", -errno);
    std::fclose(file);
    return out;
  }

 private:
  static bool calls(Role role) {
    return role == Role::caller || role == Role::resolver;
  }

  /// The kernel translates a filter for every process that takes it, which costs more than making the process
  /// when it is long: such a role has a short one.
  static bool is_made_for_each_connection(Role role) {
    return role == Role::talker || role == Role::receiver;
  }

  void forbid(Names names, Role role) {
    for (const std::string_view name : names) {
      const bool needed = (calls(role) && name == "bind") ||
                          (role == Role::resolver && (name == "clone" || name == "tgkill"));
      if (!needed) add(SCMP_ACT_KILL_PROCESS, name.data());
    }
  }

  static void check(const char* what, int status) {
    if (status != 0) give_up(what, status);
  }

  /// A name that this machine or an older libseccomp does not know is left out.
  void add(std::uint32_t action, const char* name, std::vector<scmp_arg_cmp> arguments = {}) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number < 0) return;
    check(name, seccomp_rule_add_array(context_, action, number, static_cast<unsigned>(arguments.size()),
                                       arguments.data()));
  }

  void allow(Names names) {
    for (const char* name : names) add(SCMP_ACT_ALLOW, name);
  }

  void allow_if(const char* name, unsigned argument, std::initializer_list<unsigned long> values) {
    for (const auto value : values)
      add(SCMP_ACT_ALLOW, name, {scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, 0xffffffff, value}});
  }

  void allow_masked(const char* name, unsigned argument, unsigned long mask, unsigned long value) {
    add(SCMP_ACT_ALLOW, name, {scmp_arg_cmp{argument, SCMP_CMP_MASKED_EQ, mask, value}});
  }

  void allow_at_leisure(Role role) {
    forbid(more_hostile, role);
    allow(at_leisure);
    allow(list);
    allow(look_up_more);
    // None that would have the kernel send signals.
    allow_if("fcntl", 1, {F_DUPFD, F_GETFD, F_GETLK, F_SETLK, F_SETLKW});
    // None that would type on a terminal.
    allow_if("ioctl", 1, {TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO});
    add(SCMP_ACT_ALLOW, "prlimit64", {scmp_arg_cmp{2, SCMP_CMP_EQ, 0, 0}});
  }

  /// Nothing that was written is ever run.
  void allow_memory(bool never_code) {
    for (const char* name : {"mmap", "mprotect"}) {
      allow_masked(name, 2, PROT_EXEC, 0);
      if (!never_code) allow_masked(name, 2, PROT_WRITE | PROT_EXEC, PROT_EXEC);
    }
  }

  void allow_reading() {
    constexpr unsigned long writing = O_ACCMODE | O_CREAT | O_TRUNC;
    allow_masked("open", 1, writing, O_RDONLY);
    allow_masked("openat", 2, writing, O_RDONLY);
  }

  /// The resolver also asks the kernel for addresses, and daemons of this host.
  void allow_calling() {
    allow(call);
    for (const auto family : {AF_INET, AF_INET6, AF_UNIX}) {
      for (const auto type : {SOCK_STREAM, SOCK_DGRAM}) {
        add(SCMP_ACT_ALLOW, "socket",
            {scmp_arg_cmp{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family), 0},
             scmp_arg_cmp{1, SCMP_CMP_MASKED_EQ, 0xf, static_cast<scmp_datum_t>(type)}});
      }
    }
    add(SCMP_ACT_ALLOW, "socket",
        {scmp_arg_cmp{0, SCMP_CMP_EQ, AF_NETLINK, 0}, scmp_arg_cmp{2, SCMP_CMP_EQ, 0, 0}});
    // Two ends of one's own, one of which goes to whoever asks the DNS.
    allow({"bind", "socketpair"});
  }

  /// clone3 hides its flags from a filter; without it the C library does with clone.
  void allow_threads() {
    allow_masked("clone", 0, CLONE_THREAD, CLONE_THREAD);
    add(SCMP_ACT_KILL_PROCESS, "clone", {scmp_arg_cmp{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0}});
    // libunbound asks whether its thread lives.
    add(SCMP_ACT_ALLOW, "tgkill", {scmp_arg_cmp{2, SCMP_CMP_EQ, 0, 0}});
    add(SCMP_ACT_KILL_PROCESS, "tgkill", {scmp_arg_cmp{2, SCMP_CMP_NE, 0, 0}});
    allow({"pipe"});
  }

  scmp_filter_ctx context_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  std::ofstream out(argv[1]);
  out << "// Made by make_filters.cpp.\n#pragma once\n\n#include <linux/filter.h>\n\n#include <span>\n\n"
      << "namespace proc::filters {\n\n";
  for (const auto role : proc::roles) {
    out << "constexpr sock_filter code_" << static_cast<int>(role) << "[] = {\n";
    for (const auto& step : Filter(role).code())
      out << "{" << step.code << "," << int{step.jt} << "," << int{step.jf} << "," << step.k << "U},\n";
    out << "};\n";
  }
  out << "\n/// In the order of proc::roles.\nconstexpr std::span<const sock_filter> of_roles[] = {";
  for (const auto role : proc::roles) out << "code_" << static_cast<int>(role) << ", ";
  out << "};\n\n}  // namespace proc::filters\n";
  out.close();
  return out ? 0 : 74;
}

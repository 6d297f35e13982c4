// What make_filters.cpp writes, run as the kernel would run it: so every call of every role can be asked
// about.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/bpf_common.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>

#include "proc/filters.hpp"
#include "proc/role.hpp"

// Other machines have other calls.
#if defined(__x86_64__)

namespace make_filters_test {
namespace {

using proc::Role;
using Arguments = std::array<std::uint64_t, 6>;

constexpr std::uint32_t refused = SECCOMP_RET_ERRNO | ENOSYS;
constexpr std::uint32_t unknown_instruction = 0xdeadbeef;
constexpr int most_calls = 1024;  // more than any kernel has
constexpr std::uint32_t here = AUDIT_ARCH_X86_64;

bool holds(std::uint16_t test, std::uint32_t a, std::uint32_t k) {
  switch (test) {
    case BPF_JEQ:
      return a == k;
    case BPF_JGT:
      return a > k;
    case BPF_JGE:
      return a >= k;
    default:
      return (a & k) != 0;
  }
}

std::uint32_t run(std::span<const sock_filter> code, const seccomp_data& data) {
  std::uint32_t a = 0;
  for (std::size_t at = 0; at < code.size(); ++at) {
    const auto& step = code[at];
    const auto kind = BPF_CLASS(step.code);
    if (kind == BPF_RET) return step.k;
    if (kind == BPF_LD && step.k + sizeof a <= sizeof data) {
      std::memcpy(&a, reinterpret_cast<const char*>(&data) + step.k, sizeof a);
    } else if (step.code == (BPF_ALU | BPF_AND | BPF_K)) {
      a &= step.k;
    } else if (step.code == (BPF_JMP | BPF_JA)) {
      at += step.k;
    } else if (kind == BPF_JMP) {
      at += holds(BPF_OP(step.code), a, step.k) ? step.jt : step.jf;
    } else {
      return unknown_instruction;
    }
  }
  return unknown_instruction;
}

std::span<const sock_filter> code_of(Role role) {
  return proc::filters::of_roles[static_cast<std::size_t>(role)];
}

std::uint32_t verdict(Role role, long number, const Arguments& arguments = {}, std::uint32_t machine = here) {
  seccomp_data data = {};
  data.nr = static_cast<int>(number);
  data.arch = machine;
  std::copy(arguments.begin(), arguments.end(), data.args);
  return run(code_of(role), data);
}

bool allows(Role role, long number, const Arguments& arguments = {}) {
  return verdict(role, number, arguments) == SECCOMP_RET_ALLOW;
}

/// With arguments that are all 0.
std::set<int> allowed(Role role) {
  std::set<int> out;
  for (int number = 0; number < most_calls; ++number) {
    if (allows(role, number)) out.insert(number);
  }
  return out;
}

bool is_within(const std::set<int>& few, const std::set<int>& many) {
  return std::includes(many.begin(), many.end(), few.begin(), few.end());
}

TEST(Filters, EveryCallOfEveryRoleIsAllowedRefusedOrDeadly) {
  for (const auto role : proc::roles) {
    for (int number = 0; number < most_calls; ++number) {
      const auto said = verdict(role, number);
      EXPECT_TRUE(said == SECCOMP_RET_ALLOW || said == refused || said == SECCOMP_RET_KILL_PROCESS)
          << number << ": " << std::hex << said;
    }
    EXPECT_EQ(verdict(role, 100'000), refused);
  }
}

TEST(Filters, AnotherMachinesNumbersAreDeadly) {
  for (const auto role : proc::roles) {
    EXPECT_EQ(verdict(role, SYS_read, {}, AUDIT_ARCH_I386), SECCOMP_RET_KILL_PROCESS);
    // x32, whose calls have this bit.
    EXPECT_NE(verdict(role, 0x40000000 | SYS_read), SECCOMP_RET_ALLOW);
  }
}

TEST(Filters, WhoeverTalksCanDoLeast) {
  const auto talker = allowed(Role::talker), receiver = allowed(Role::receiver);
  const auto reader = allowed(Role::reader), keeper = allowed(Role::keeper);
  EXPECT_TRUE(is_within(talker, receiver));
  EXPECT_TRUE(is_within(talker, reader));
  EXPECT_TRUE(is_within(receiver, keeper));
  EXPECT_TRUE(is_within(reader, allowed(Role::caller)));
  EXPECT_TRUE(is_within(allowed(Role::caller), allowed(Role::resolver)));
  EXPECT_LT(talker.size(), 60u);
  for (const long number : {SYS_read, SYS_write, SYS_poll, SYS_close, SYS_dup2, SYS_mmap, SYS_munmap, SYS_brk,
                            SYS_getrandom, SYS_wait4, SYS_exit_group, SYS_sendto, SYS_recvfrom})
    EXPECT_TRUE(allows(Role::talker, number)) << number;
  for (const long number : {SYS_openat, SYS_stat, SYS_unlink, SYS_fsync, SYS_ftruncate, SYS_getdents64})
    EXPECT_EQ(verdict(Role::talker, number), refused) << number;
  for (const long number : {SYS_openat, SYS_unlink, SYS_fsync, SYS_ftruncate})
    EXPECT_TRUE(allows(Role::receiver, number)) << number;
  for (const long number : {SYS_getdents64, SYS_rename, SYS_link, SYS_mkdir, SYS_chmod, SYS_readlink})
    EXPECT_EQ(verdict(Role::receiver, number), refused) << number;
  for (const long number : {SYS_getdents64, SYS_rename, SYS_link, SYS_mkdir})
    EXPECT_TRUE(allows(Role::keeper, number)) << number;
}

TEST(Filters, NobodyIsAllowedWhatMakesMoreOfATakenProcess) {
  for (const auto role : proc::roles) {
    for (const long number :
         {SYS_execve,     SYS_execveat,        SYS_fork,        SYS_vfork,          SYS_ptrace,
          SYS_kill,       SYS_setuid,          SYS_setgid,      SYS_setgroups,      SYS_listen,
          SYS_accept,     SYS_accept4,         SYS_unshare,     SYS_mount,          SYS_bpf,
          SYS_keyctl,     SYS_perf_event_open, SYS_userfaultfd, SYS_io_uring_setup, SYS_process_vm_readv,
          SYS_pidfd_getfd})
      EXPECT_EQ(verdict(role, number), SECCOMP_RET_KILL_PROCESS) << number;
    // Some of these are deadly where the filter is long, and merely not there where it is short.
    for (const long number : {SYS_clone3,
                              SYS_tkill,
                              SYS_setns,
                              SYS_chroot,
                              SYS_pivot_root,
                              SYS_umount2,
                              SYS_open_by_handle_at,
                              SYS_io_uring_enter,
                              SYS_request_key,
                              SYS_init_module,
                              SYS_reboot,
                              SYS_settimeofday,
                              SYS_mknod,
                              SYS_setresuid,
                              SYS_setfsuid,
                              SYS_capset,
                              SYS_prctl,
                              SYS_arch_prctl,
                              SYS_seccomp,
                              SYS_setrlimit,
                              SYS_personality,
                              SYS_remap_file_pages,
                              SYS_memfd_create,
                              SYS_shmget,
                              SYS_msgget,
                              SYS_semget,
                              SYS_fanotify_init,
                              SYS_pidfd_open,
                              SYS_sched_setscheduler,
                              SYS_setpriority,
                              SYS_vmsplice,
                              SYS_tee,
                              SYS_symlink,
                              SYS_chown,
                              SYS_setxattr,
                              SYS_landlock_create_ruleset})
      EXPECT_FALSE(allows(role, number)) << number;
    if (role != Role::caller && role != Role::resolver) {
      for (const long number : {SYS_bind, SYS_connect, SYS_socket, SYS_socketpair})
        EXPECT_FALSE(allows(role, number, {AF_INET, SOCK_STREAM})) << number;
    }
  }
}

TEST(Filters, CodeIsNeverWrittenAndWhoServesAConnectionMapsNone) {
  for (const auto role : proc::roles) {
    const bool never = role == Role::talker || role == Role::receiver;
    for (const long number : {SYS_mmap, SYS_mprotect}) {
      EXPECT_TRUE(allows(role, number, {0, 4096, PROT_READ | PROT_WRITE}));
      EXPECT_TRUE(allows(role, number, {0, 4096, PROT_NONE}));
      EXPECT_EQ(allows(role, number, {0, 4096, PROT_READ | PROT_EXEC}), !never);
      EXPECT_FALSE(allows(role, number, {0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC}));
      EXPECT_FALSE(allows(role, number, {0, 4096, PROT_WRITE | PROT_EXEC}));
    }
  }
}

TEST(Filters, WhoOnlyReadsOpensNothingToWrite) {
  for (const auto role : {Role::reader, Role::caller, Role::resolver}) {
    EXPECT_TRUE(allows(role, SYS_openat, {0, 0, O_RDONLY | O_CLOEXEC | O_DIRECTORY}));
    for (const auto flags : {O_WRONLY, O_RDWR, O_RDONLY | O_CREAT, O_RDONLY | O_TRUNC, O_TMPFILE | O_RDWR}) {
      EXPECT_FALSE(allows(role, SYS_openat, {0, 0, static_cast<std::uint64_t>(flags)})) << flags;
      EXPECT_FALSE(allows(role, SYS_open, {0, static_cast<std::uint64_t>(flags)})) << flags;
    }
    EXPECT_FALSE(allows(role, SYS_openat2));
  }
}

TEST(Filters, FlagsOfDescriptorsAndNothingThatSendsSignals) {
  for (const auto role : proc::roles) {
    for (const std::uint64_t command : {F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC})
      EXPECT_TRUE(allows(role, SYS_fcntl, {0, command}));
    for (const std::uint64_t command : {F_SETOWN, F_SETSIG, F_NOTIFY, F_SETLEASE, F_SETPIPE_SZ, F_ADD_SEALS})
      EXPECT_FALSE(allows(role, SYS_fcntl, {0, command})) << command;
  }
}

TEST(Filters, AResolverMakesThreadsAndNoProcesses) {
  EXPECT_TRUE(allows(Role::resolver, SYS_clone, {CLONE_THREAD | CLONE_VM | CLONE_SIGHAND}));
  for (const auto role : proc::roles) {
    EXPECT_EQ(verdict(role, SYS_clone, {17}), SECCOMP_RET_KILL_PROCESS);
    if (role == Role::resolver) continue;
    EXPECT_EQ(verdict(role, SYS_clone, {CLONE_THREAD | CLONE_VM | CLONE_SIGHAND}), SECCOMP_RET_KILL_PROCESS);
  }
}

TEST(Filters, ForEachConnectionTheyAreShort) {
  for (const auto role : proc::roles) EXPECT_LE(code_of(role).size(), std::size_t{BPF_MAXINSNS});
  for (const auto role : {Role::talker, Role::receiver})
    EXPECT_LT(code_of(role).size(), code_of(Role::keeper).size());
}

}  // namespace
}  // namespace make_filters_test

#endif

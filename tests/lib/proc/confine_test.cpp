#include "proc/confine.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

#include <thread>

#include "fs/fd.hpp"

namespace confine_test {
namespace {

using proc::Role;
using Check = std::function<bool()>;

/// How a process ended that confined itself and then looked: 0 when it found what it expected.
int end_of(const proc::Confinement& allowed, const Check& check) {
  const pid_t pid = fork();
  if (pid == 0) _exit(proc::confine(allowed) && check() ? 0 : 1);
  int status = 0;
  waitpid(pid, &status, 0);
  return status;
}

bool killed(Role role, const Check& attempt) {
  const int status = end_of({role}, attempt);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

bool not_there(long number, long a = 0, long b = 0, long c = 0) {
  return syscall(number, a, b, c) == -1 && errno == ENOSYS;
}

long landlock_version() {
  return syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

class Tree : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(path.data()), nullptr);
    std::filesystem::create_directory(path + "/mine");
    for (const char* name : {"/mine/a", "/b"}) std::ofstream(path + name) << "text";
  }
  void TearDown() override { std::filesystem::remove_all(path); }

  std::string path = "/tmp/confine.XXXXXX";
};

TEST_F(Tree, FilesAreCutOnlyWhereTheyMayBeWritten) {
  if (landlock_version() < 3) GTEST_SKIP() << "this kernel's Landlock knows nothing of truncation";
  EXPECT_EQ(end_of({Role::keeper, {}, {path + "/mine"}},
                   [&] {
                     const auto file = fs::open(path + "/mine/a", O_WRONLY | O_APPEND);
                     return file && ftruncate(file->get(), 2) == 0 && truncate((path + "/b").c_str(), 0) != 0;
                   }),
            0);
  EXPECT_EQ(std::filesystem::file_size(path + "/b"), 4u);
}

TEST_F(Tree, AReaderOpensOnlyWhatItMayAndOnlyToRead) {
  const auto status = end_of({Role::reader, {path + "/mine", "/nonexistent"}}, [&] {
    return fs::open(path + "/mine/a", O_RDONLY) && !fs::open(path + "/mine/a", O_WRONLY) &&
           !fs::open(path + "/mine/new", O_RDWR | O_CREAT, 0600) &&
           !fs::open(path + "/mine/a", O_RDONLY | O_TRUNC) &&
           (landlock_version() < 2 || !fs::open(path + "/b", O_RDONLY));
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(std::filesystem::file_size(path + "/mine/a"), 4u);
}

TEST_F(Tree, AReceiverMakesAndRemovesFilesAndListsNone) {
  const auto status = end_of({Role::receiver, {}, {path + "/mine"}}, [&] {
    const auto made = fs::open(path + "/mine/new", O_RDWR | O_CREAT | O_EXCL, 0600);
    const auto directory = fs::open(path + "/mine", O_RDONLY | O_DIRECTORY);
    char entries[1024];
    return made && directory && fsync(directory->get()) == 0 && unlink((path + "/mine/new").c_str()) == 0 &&
           not_there(SYS_getdents64, directory->get(), reinterpret_cast<long>(entries), sizeof entries) &&
           not_there(SYS_renameat2, AT_FDCWD, reinterpret_cast<long>(path.c_str()), AT_FDCWD);
  });
  EXPECT_EQ(status, 0);
}

TEST_F(Tree, AKeeperRenamesAndLists) {
  const auto status = end_of({Role::keeper, {}, {path + "/mine"}}, [&] {
    std::filesystem::create_directory(path + "/mine/sub");
    std::filesystem::rename(path + "/mine/a", path + "/mine/sub/a");
    return std::distance(std::filesystem::directory_iterator(path + "/mine/sub"), {}) == 1;
  });
  EXPECT_EQ(status, 0);
}

TEST(Confine, ATalkerKeepsWhatIsOpen) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const auto status = end_of({Role::talker}, [&] {
    char octet = 0;
    pollfd waiting = {ends[1], POLLIN, 0};
    return send(ends[0], "x", 1, MSG_NOSIGNAL) == 1 && poll(&waiting, 1, 1000) == 1 &&
           read(ends[1], &octet, 1) == 1 && dup2(ends[1], 0) == 0 && fcntl(0, F_SETFD, FD_CLOEXEC) == 0 &&
           !std::string(1 << 20, 'x').empty();
  });
  EXPECT_EQ(status, 0);
  close(ends[0]);
  close(ends[1]);
}

TEST(Confine, WhatATalkerLacksIsAsOnAnOlderKernel) {
  const auto status = end_of({Role::talker}, [] {
    return not_there(SYS_openat, AT_FDCWD, reinterpret_cast<long>("/"), O_RDONLY) &&
           not_there(SYS_socket, AF_INET, SOCK_STREAM) && not_there(SYS_clone3) &&
           not_there(SYS_prctl, PR_SET_DUMPABLE, 1) && not_there(SYS_fcntl, 0, F_SETOWN, 1) &&
           not_there(SYS_ioctl, 0, 0x5412) && not_there(100'000);
  });
  EXPECT_EQ(status, 0);
}

TEST(Confine, WhatIsWrittenIsNeverRun) {
  for (const auto role : proc::roles) {
    const auto status = end_of({role}, [] {
      void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      return page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) != 0;
    });
    EXPECT_EQ(status, 0);
  }
}

TEST(Confine, AnIntrudersCallsEndEveryRole) {
  for (const auto role : proc::roles) {
    EXPECT_TRUE(killed(role, [] { return execl("/bin/true", "true", nullptr) == 0; }));
    EXPECT_TRUE(killed(role, [] { return fork() >= 0; }));
    for (const long number :
         {SYS_ptrace, SYS_kill, SYS_unshare, SYS_mount, SYS_bpf, SYS_io_uring_setup, SYS_keyctl, SYS_setuid,
          SYS_process_vm_readv, SYS_perf_event_open, SYS_userfaultfd, SYS_listen})
      EXPECT_TRUE(killed(role, [&] { return syscall(number, 0, 0, 0, 0, 0, 0) == 0; })) << number;
  }
}

TEST(Confine, OnlyACallerHasSockets) {
  const auto any = [] { return fs::Fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)).get() >= 0; };
  EXPECT_EQ(end_of({Role::caller}, any), 0);
  EXPECT_EQ(end_of({Role::caller},
                   [] { return socket(AF_INET, SOCK_RAW, 255) < 0 && socket(AF_PACKET, SOCK_DGRAM, 0) < 0; }),
            0);
  for (const auto role : {Role::talker, Role::reader, Role::receiver, Role::keeper})
    EXPECT_NE(end_of({role}, any), 0);
}

TEST(Confine, ACallerChoosesItsAddressAndNoPort) {
  const auto bound = [](std::uint16_t port) {
    const fs::Fd made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
           errno != EACCES;
  };
  EXPECT_EQ(end_of({Role::caller}, [&] { return bound(0); }), 0);
  if (landlock_version() < 4) GTEST_SKIP() << "this kernel's Landlock knows nothing of ports";
  EXPECT_NE(end_of({Role::caller}, [&] { return bound(40'000); }), 0);
}

TEST(Confine, OnlyAResolverHasThreads) {
  const auto thread = [] {
    std::thread([] {}).join();
    return true;
  };
  EXPECT_EQ(end_of({Role::resolver}, thread), 0);
  for (const auto role : {Role::talker, Role::reader, Role::receiver, Role::keeper, Role::caller})
    EXPECT_NE(end_of({role}, thread), 0);
  EXPECT_EQ(end_of({Role::resolver}, [] { return syscall(SYS_tgkill, getpid(), gettid(), 0) == 0; }), 0);
  EXPECT_TRUE(killed(Role::resolver, [] { return syscall(SYS_tgkill, getpid(), gettid(), SIGTERM) == 0; }));
}

}  // namespace
}  // namespace confine_test

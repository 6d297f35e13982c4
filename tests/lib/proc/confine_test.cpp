#include "proc/confine.hpp"

#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "fs/fd.hpp"

namespace {

/// Whether `check` says so in a process that is confined to writing in `tree`.
template <class Check>
bool confined(const std::string& tree, Check check) {
  const pid_t pid = fork();
  if (pid == 0) _exit(proc::confine({proc::Role::receiver, {}, {tree}}) && check() ? 0 : 1);
  int status = 0;
  waitpid(pid, &status, 0);
  return status == 0;
}

TEST(Confine, CutsFilesOnlyWhereItMayWrite) {
  if (syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) < 3) {
    GTEST_SKIP() << "this kernel's Landlock knows nothing of truncation";
  }
  std::string path = "/tmp/confine.XXXXXX";
  ASSERT_NE(mkdtemp(path.data()), nullptr);
  std::filesystem::create_directory(path + "/mine");
  for (const char* name : {"/mine/a", "/b"}) std::ofstream(path + name) << "text";
  EXPECT_TRUE(confined(path + "/mine", [&] {
    const auto file = fs::open(path + "/mine/a", O_WRONLY | O_APPEND);
    return file && ftruncate(file->get(), 2) == 0 && truncate((path + "/b").c_str(), 0) != 0;
  }));
  EXPECT_EQ(std::filesystem::file_size(path + "/b"), 4u);
  std::filesystem::remove_all(path);
}

TEST(Confine, OpensOnlyWhatIsAllowed) {
  if (syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) < 0) {
    GTEST_SKIP() << "this kernel has no Landlock";
  }
  const pid_t pid = fork();
  if (pid == 0) {
    bool right = proc::confine({proc::Role::receiver, {"/etc/hostname"}, {"/nonexistent"}}).has_value();
    right = right && fs::open("/etc/hostname", O_RDONLY).has_value();
    right = right && !fs::open("/etc/passwd", O_RDONLY).has_value();
    right = right && !fs::open("/tmp/confine-test", O_WRONLY | O_CREAT, 0600).has_value();
    _exit(right ? 0 : 1);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace

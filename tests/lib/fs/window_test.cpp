#include "fs/window.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "fs/stream.hpp"

namespace window_test {
namespace {

constexpr std::size_t size = 5'000'001;

std::string path_of(const fs::Fd& file) {
  return "/proc/self/fd/" + std::to_string(file.get());
}

/// KiB of files that are in memory.
std::size_t resident() {
  const auto status = *fs::read_all("/proc/self/status", 1 << 20);
  return std::strtoul(status.c_str() + status.find("RssFile:") + 8, nullptr, 10);
}

/// In a process of its own, as its handler stays; 0: all was as it should be.
int look() {
  const auto file = fs::temporary_file();
  std::string text(size, '\0');
  for (std::size_t at = 0; at < size; ++at) text[at] = static_cast<char>(at * 31 + at / 4096);
  if (!file || !fs::write_all(file->get(), text)) return 1;
  const auto window = fs::open_window(path_of(*file));
  if (!window || window->second != size) return 2;
  const auto before = resident();
  const char* begin = static_cast<const char*>(window->first);
  if (std::memcmp(begin, text.data(), size) != 0) return 3;
  for (std::size_t at = size; at-- > 0;) {
    if (begin[at] != text[at]) return 4;
  }
  // 16 pieces of 64 KiB, and what the program touched of itself.
  return resident() < before + 2048 ? 0 : 5;
}

TEST(Window, ShowsTheWholeFileAndKeepsLittleOfIt) {
  const pid_t pid = fork();
  if (pid == 0) _exit(look());
  int status = 0;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status)) << status;
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

/// How a process ends that does this with a window of one octet.
int signal_of(void (*act)(char* window)) {
  const pid_t pid = fork();
  if (pid == 0) {
    const auto file = fs::temporary_file();
    if (!file || !fs::write_all(file->get(), "x")) _exit(1);
    const auto window = fs::open_window(path_of(*file));
    if (window) act(static_cast<char*>(window->first));
    _exit(0);
  }
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

TEST(Window, AnyOtherFaultIsAFault) {
  EXPECT_EQ(signal_of([](char* window) { (void)*static_cast<volatile char*>(window); }), 0);
  EXPECT_EQ(signal_of([](char* window) { *static_cast<volatile char*>(window) = 'y'; }), SIGSEGV);
  EXPECT_EQ(signal_of([](char*) {
              void* const other = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              (void)*static_cast<volatile char*>(other);
            }),
            SIGSEGV);
  EXPECT_FALSE(fs::open_window("/nonexistent"));
}

}  // namespace
}  // namespace window_test

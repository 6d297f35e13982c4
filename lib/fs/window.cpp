#include "fs/window.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <utility>

#include "fs/fd.hpp"

namespace fs {

namespace {

constexpr std::size_t piece = 64 * 1024;
constexpr std::size_t pieces = 16;

// A handler of signals sees nothing else.
struct State {
  char* begin = nullptr;
  std::size_t size = 0;
  std::array<char*, pieces> open{};
  std::size_t next = 0;
} window;

std::size_t length_of(const char* at) {
  const auto left = window.size - static_cast<std::size_t>(at - window.begin);
  return left < piece ? left : piece;
}

/// Outside the window, or where nothing helps: the same again, without this handler.
void bring(int signal, siginfo_t* info, void*) {
  const int saved = errno;
  const auto at = reinterpret_cast<std::uintptr_t>(info->si_addr);
  const auto begin = reinterpret_cast<std::uintptr_t>(window.begin);
  bool done = false;
  char* const wanted = window.begin + (at - begin) / piece * piece;
  // Who faults in a piece that is there wants to write.
  const bool there = std::find(window.open.begin(), window.open.end(), wanted) != window.open.end();
  if (at >= begin && at < begin + window.size && !there) {
    auto& place = window.open[window.next];
    window.next = (window.next + 1) % pieces;
    if (place != nullptr) {
      madvise(place, length_of(place), MADV_DONTNEED);
      mprotect(place, length_of(place), PROT_NONE);
    }
    place = wanted;
    done = mprotect(wanted, length_of(wanted), PROT_READ) == 0;
  }
  if (!done) std::signal(signal, SIG_DFL);
  errno = saved;
}

}  // namespace

base::Result<std::pair<void*, std::size_t>> open_window(const std::string& path) {
  TRY_ASSIGN(const auto file, open(path, O_RDONLY));
  struct stat status = {};
  if (fstat(file.get(), &status) != 0) return base::system_error(path);
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const begin = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE, file.get(), 0);
  if (begin == MAP_FAILED) return base::system_error(path);
  window = {static_cast<char*>(begin), size, {}, 0};
  struct sigaction action = {};
  action.sa_sigaction = bring;
  action.sa_flags = SA_SIGINFO;
  if (sigaction(SIGSEGV, &action, nullptr) != 0) return base::system_error("sigaction");
  return std::pair{begin, size};
}

}  // namespace fs

#include "fs/cut_memory.hpp"

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>

namespace fs {

namespace {

struct Watched {
  std::atomic<std::uintptr_t> begin = 0;  // 0: free
  std::atomic<std::size_t> size = 0;
  std::atomic<Access> access = Access::read;
  std::atomic<bool> cut = false;
};
Watched watched[32];

Watched* find(const void* memory) {
  for (auto& one : watched) {
    if (one.begin == reinterpret_cast<std::uintptr_t>(memory)) return &one;
  }
  return nullptr;
}

bool make_zeros(const Watched& one) {
  const bool write = one.access == Access::write;
  const int flags = MAP_ANONYMOUS | MAP_FIXED | (write ? MAP_SHARED : MAP_PRIVATE | MAP_NORESERVE);
  return mmap(reinterpret_cast<void*>(one.begin.load()), one.size, write ? PROT_READ | PROT_WRITE : PROT_READ,
              flags, -1, 0) != MAP_FAILED;
}

void begin_anew(int, siginfo_t* info, void*) {
  const auto at = reinterpret_cast<std::uintptr_t>(info->si_addr);
  const int error = errno;
  for (auto& one : watched) {
    if (one.begin == 0 || at < one.begin || at - one.begin >= one.size) continue;
    one.cut = true;
    const bool made = make_zeros(one);
    errno = error;
    if (made) return;
  }
  // It comes again, and ends the process.
  std::signal(SIGBUS, SIG_DFL);
}

}  // namespace

void watch_for_cuts(void* memory, std::size_t size, Access access) {
  struct sigaction action = {};
  action.sa_sigaction = begin_anew;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, nullptr);
  for (auto& one : watched) {
    if (one.begin != 0) continue;
    one.size = size;
    one.access = access;
    one.cut = false;
    one.begin = reinterpret_cast<std::uintptr_t>(memory);
    return;
  }
}

void forget_cuts(const void* memory) {
  if (auto* const one = find(memory); memory != nullptr && one != nullptr) one->begin = 0;
}

bool is_cut(const void* memory) {
  const auto* const one = memory == nullptr ? nullptr : find(memory);
  return one != nullptr && one->cut;
}

void unmap_watched(Access access) {
  for (auto& one : watched) {
    if (one.access != access) continue;
    if (const auto begin = one.begin.exchange(0); begin != 0)
      munmap(reinterpret_cast<void*>(begin), one.size);
  }
}

}  // namespace fs

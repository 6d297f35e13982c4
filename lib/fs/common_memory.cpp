#include "fs/common_memory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "fs/cut_memory.hpp"
#include "fs/random.hpp"
#include "fs/stamp.hpp"

namespace fs {

namespace {

constexpr std::size_t page = 4096;  // what stands before the memory
constexpr std::string_view magic = "tubepost counts 1\n";
constexpr std::size_t head_size = magic.size() + sizeof(std::uint64_t);
constexpr int most_tries = 20;

/// Of a file that is whole; 0 for any other.
std::uint64_t seed_in(int file, std::size_t size) {
  struct stat info = {};
  char head[head_size];
  const bool whole = fstat(file, &info) == 0 && info.st_size == static_cast<off_t>(page + size) &&
                     pread(file, head, sizeof head, 0) == static_cast<ssize_t>(sizeof head) &&
                     std::string_view(head, magic.size()) == magic;
  std::uint64_t out = 0;
  if (whole) std::memcpy(&out, head + magic.size(), sizeof out);
  return out;
}

/// Whoever could write there could let anybody in, or keep anybody out.
base::Result<void> check_owner(int file, const std::string& path) {
  struct stat info = {};
  if (fstat(file, &info) != 0) return base::system_error(path);
  const bool good =
      S_ISREG(info.st_mode) && info.st_nlink <= 1 && info.st_uid == geteuid() && (info.st_mode & 077) == 0;
  if (good) return {};
  return base::fail(base::Exit::configuration, path + ": not a plain file that belongs to this user alone");
}

base::Result<std::uint64_t> begin(int file, std::size_t size, const std::string& path) {
  TRY_ASSIGN(const auto random, random_number());
  const std::uint64_t seed = random | 1;
  std::string head(magic);
  head.append(reinterpret_cast<const char*>(&seed), sizeof seed);
  if (ftruncate(file, static_cast<off_t>(page + size)) != 0) return base::system_error(path);
  TRY(write_all_at(file, head, 0));
  return seed;
}

/// A file system that is full later has room for all of it.
base::Result<void> reserve(int file, std::size_t size, const std::string& path) {
  const int error = posix_fallocate(file, 0, static_cast<off_t>(page + size));
  if (error == 0) return {};
  unlink(path.c_str());
  errno = error;
  return base::system_error(path);
}

/// What is mapped keeps a lock as an open descriptor does: it must go when the work is done.
class Lock {
 public:
  explicit Lock(int file) : file_(file), taken_(flock(file, LOCK_EX) == 0) {}
  ~Lock() { flock(file_, LOCK_UN); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  explicit operator bool() const { return taken_; }

 private:
  int file_;
  bool taken_;
};

/// The seed of a file that is whole now; 0: its name belongs to another, or to none.
base::Result<std::uint64_t> settle(int file, std::size_t size, const std::string& path) {
  // Others may be at it.
  const Lock lock(file);
  if (!lock) return base::system_error(path);
  if (!bears_name(file, path)) return std::uint64_t{0};
  if (const auto seed = seed_in(file, size); seed != 0) return seed;
  struct stat info = {};
  if (fstat(file, &info) != 0) return base::system_error(path);
  if (info.st_size == 0) {
    TRY(reserve(file, size, path));
    return begin(file, size, path);
  }
  // One that is mapped is never cut: a new one takes its name.
  if (unlink(path.c_str()) != 0) return base::system_error(path);
  return std::uint64_t{0};
}

}  // namespace

void leave_common_memory() {
  unmap_watched(Access::write);
}

void CommonMemory::Unmap::operator()(void* memory) const {
  forget_cuts(memory);
  munmap(memory, size);
}

base::Result<CommonMemory> CommonMemory::make(std::size_t size) {
  CommonMemory out;
  out.file_.reset(memfd_create("counts", MFD_CLOEXEC));
  if (!out.file_) return base::system_error("memory to count in");
  TRY_ASSIGN(out.seed_, begin(out.file_.get(), size, "memory to count in"));
  return out;
}

base::Result<CommonMemory> CommonMemory::open(const std::string& path, std::size_t size) {
  CommonMemory out;
  for (int i = 0; i < most_tries; ++i) {
    out.file_.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
    if (!out.file_ && errno == ELOOP)
      return base::fail(base::Exit::configuration, path + ": a symbolic link is not followed");
    if (!out.file_) return base::system_error(path);
    TRY(check_owner(out.file_.get(), path));
    out.seed_ = seed_in(out.file_.get(), size);
    if (out.seed_ != 0) return out;
    TRY_ASSIGN(out.seed_, settle(out.file_.get(), size, path));
    if (out.seed_ != 0) return out;
  }
  return base::fail(base::Exit::temporary, path + ": others make it anew all the time");
}

base::Result<CommonMemory::Part> CommonMemory::map(std::size_t offset, std::size_t size) const {
  void* const memory =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), static_cast<off_t>(page + offset));
  if (memory == MAP_FAILED) return base::system_error("memory to count in");
  watch_for_cuts(memory, size, Access::write);
  return Part(memory, Unmap{size});
}

}  // namespace fs

#include "fs/mapping.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "fs/stream.hpp"

namespace fs {

namespace {

/// A page fault costs more than the reading of a page.
constexpr std::size_t read_limit = 256 * 1024;

/// As much as there is, up to `length` octets from the start.
base::Result<std::size_t> read_whole(int descriptor, char* to, std::size_t length, const std::string& path) {
  std::size_t have = 0;
  while (have < length) {
    const ssize_t got = pread(descriptor, to + have, length - have, static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::system_error(path);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  return have;
}

}  // namespace

base::Result<Mapping> Mapping::open(const std::string& path) {
  TRY_ASSIGN(const Fd file, open_twice(path));
  struct stat status = {};
  if (fstat(file.get(), &status) != 0) return base::system_error(path);
  const auto length = static_cast<std::size_t>(status.st_size);
  if (length <= read_limit) {
    // Not make_unique: it would clear what is overwritten at once.
    std::unique_ptr<char[]> held(new char[length + 1]);
    TRY_ASSIGN(const auto have, read_whole(file.get(), held.get(), length, path));
    const std::string_view text(held.get(), have);
    return Mapping(text, std::move(held));
  }
  void* start = mmap(nullptr, length, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (start == MAP_FAILED) return base::system_error(path);
  return Mapping({static_cast<const char*>(start), length}, nullptr);
}

Mapping::Mapping(Mapping&& other) noexcept
    : text_(std::exchange(other.text_, {})), held_(std::move(other.held_)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(text_, other.text_);
  std::swap(held_, other.held_);
  return *this;
}

Mapping::~Mapping() {
  if (!text_.empty() && held_ == nullptr) munmap(const_cast<char*>(text_.data()), text_.size());
}

}  // namespace fs

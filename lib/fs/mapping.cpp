#include "fs/mapping.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <utility>

#include "fs/stream.hpp"

namespace fs {

base::Result<Mapping> Mapping::open(const std::string& path) {
  TRY_ASSIGN(const Fd file, open_twice(path));
  struct stat status = {};
  if (fstat(file.get(), &status) != 0) return base::system_error(path);
  if (status.st_size == 0) return Mapping({});
  const auto length = static_cast<std::size_t>(status.st_size);
  void* start = mmap(nullptr, length, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (start == MAP_FAILED) return base::system_error(path);
  return Mapping({static_cast<const char*>(start), length});
}

Mapping::Mapping(Mapping&& other) noexcept : text_(std::exchange(other.text_, {})) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(text_, other.text_);
  return *this;
}

Mapping::~Mapping() {
  if (!text_.empty()) munmap(const_cast<char*>(text_.data()), text_.size());
}

}  // namespace fs

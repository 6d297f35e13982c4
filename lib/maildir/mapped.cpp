#include "maildir/mapped.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <string>

namespace maildir {

base::Result<Mapped> Mapped::of(int file, std::size_t length, std::string_view path) {
  Mapped out;
  if (length == 0) return out;
  struct stat info = {};
  if (fstat(file, &info) != 0) return base::system_error(path);
  if (static_cast<std::size_t>(info.st_size) < length)
    return base::fail(base::Exit::data, std::string(path) + ": is cut short");
  void* at = mmap(nullptr, length, PROT_READ, MAP_SHARED, file, 0);
  if (at == MAP_FAILED) return base::system_error(path);
  fs::watch_for_cuts(at, length, fs::Access::read);
  out.text_ = std::string_view(static_cast<const char*>(at), length);
  return out;
}

Mapped::~Mapped() {
  fs::forget_cuts(text_.data());
  if (!text_.empty()) munmap(const_cast<char*>(text_.data()), text_.size());
}

void Mapped::rest() const {
  if (!text_.empty()) madvise(const_cast<char*>(text_.data()), text_.size(), MADV_DONTNEED);
}

}  // namespace maildir

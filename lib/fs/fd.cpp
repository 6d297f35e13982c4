#include "fs/fd.hpp"

#include <unistd.h>

#include <cerrno>

namespace fs {

void Fd::reset(int number) {
  if (number_ >= 0) ::close(number_);
  number_ = number;
}

base::Result<Fd> open(const std::string& path, int flags, mode_t mode) {
  const int number = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  if (number < 0) return base::system_error(path);
  return Fd(number);
}

base::Result<void> write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::system_error("write");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

base::Result<void> write_all_at(int descriptor, std::string_view text, off_t offset) {
  while (!text.empty()) {
    const ssize_t written = ::pwrite(descriptor, text.data(), text.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::system_error("write");
    text.remove_prefix(static_cast<std::size_t>(written));
    offset += written;
  }
  return {};
}

base::Result<std::string> read_at(int descriptor, off_t offset, std::size_t length) {
  std::string out(length, '\0');
  std::size_t have = 0;
  while (have < length) {
    const ssize_t got =
        ::pread(descriptor, out.data() + have, length - have, offset + static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::system_error("read");
    if (got == 0) return base::fail(base::Exit::data, "the file ends early");
    have += static_cast<std::size_t>(got);
  }
  return out;
}

base::Result<std::string> read_up_to(int descriptor, off_t offset, std::size_t most) {
  std::string out(most, '\0');
  std::size_t length = 0;
  while (length < most) {
    const ssize_t got =
        pread(descriptor, out.data() + length, most - length, offset + static_cast<off_t>(length));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::system_error("read");
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  out.resize(length);
  return out;
}

base::Result<std::string> read_all(const std::string& path, std::size_t limit) {
  TRY_ASSIGN(const Fd file, open(path, O_RDONLY));
  std::string out;
  while (true) {
    constexpr std::size_t step = 64 * 1024;
    const std::size_t had = out.size();
    out.resize(had + step);
    const ssize_t got = ::read(file.get(), out.data() + had, step);
    if (got < 0 && errno != EINTR) return base::system_error(path);
    out.resize(had + static_cast<std::size_t>(got > 0 ? got : 0));
    if (out.size() > limit) {
      return base::fail(base::Exit::data, path + ": more than " + std::to_string(limit) + " bytes");
    }
    if (got == 0) return out;
  }
}

base::Result<void> sync(int descriptor, std::string_view what) {
  if (::fsync(descriptor) != 0) return base::fail(base::Exit::io, base::system_error(what).what);
  return {};
}

base::Result<void> sync_dir(const std::string& path) {
  TRY_ASSIGN(const Fd directory, open(path, O_RDONLY | O_DIRECTORY));
  return sync(directory.get(), path);
}

base::Result<void> sync_dir_of(int file, const std::string& path) {
  const auto synced = sync_dir(path);
  if (synced || synced.error().code != base::Exit::not_permitted) return synced;
  if (::syncfs(file) != 0) return base::fail(base::Exit::io, base::system_error(path).what);
  return {};
}

}  // namespace fs

#include "fs/stream.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

namespace fs {

base::Result<void> read_some(int descriptor, std::string& buffer, std::size_t limit, std::string_view what) {
  buffer.resize(limit);
  while (true) {
    const ssize_t got = ::read(descriptor, buffer.data(), limit);
    if (got < 0 && errno == EINTR) continue;
    buffer.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0) return base::system_error(what);
    return {};
  }
}

base::Result<void> each_chunk(int descriptor, std::string_view what,
                              const std::function<base::Result<void>(std::string_view)>& sink) {
  // A string would be filled with zeros again after each read that did not fill it, as those from pipes do
  // not.
  constexpr std::size_t size = 128 * 1024;
  const auto buffer = std::make_unique_for_overwrite<char[]>(size);
  while (true) {
    const ssize_t got = ::read(descriptor, buffer.get(), size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::system_error(what);
    if (got == 0) return {};
    TRY(sink({buffer.get(), static_cast<std::size_t>(got)}));
  }
}

base::Result<void> each_chunk(std::span<const std::string> paths,
                              const std::function<base::Result<void>(std::string_view)>& sink) {
  if (paths.empty()) return each_chunk(0, "standard input", sink);
  for (const auto& path : paths) {
    if (path == "-") {
      TRY(each_chunk(0, "standard input", sink));
      continue;
    }
    TRY_ASSIGN(const Fd file, open(path, O_RDONLY));
    TRY(each_chunk(file.get(), path, sink));
  }
  return {};
}

base::Result<Fd> temporary_file() {
  const char* variable = std::getenv("TMPDIR");
  const std::string directory = variable != nullptr && *variable != '\0' ? variable : "/tmp";
  Fd file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file) return file;
  if (errno != EOPNOTSUPP && errno != EISDIR) return base::system_error(directory);
  // Some file systems cannot create what has no name.
  std::string name = directory + "/tubepost-XXXXXX";
  file.reset(mkostemp(name.data(), O_CLOEXEC));
  if (!file) return base::system_error(name);
  unlink(name.c_str());
  return file;
}

base::Result<Fd> open_twice(const std::string& path) {
  Fd file;
  if (path == "-") {
    file.reset(dup(0));
    if (!file) return base::system_error("standard input");
  } else {
    TRY_ASSIGN(file, open(path, O_RDONLY));
  }
  struct stat status = {};
  if (fstat(file.get(), &status) != 0) return base::system_error(path);
  if (S_ISDIR(status.st_mode)) return base::fail(base::Exit::no_input, path + ": is a directory");
  if (S_ISREG(status.st_mode) && lseek(file.get(), 0, SEEK_CUR) == 0) return file;
  TRY_ASSIGN(auto copy, temporary_file());
  TRY(each_chunk(file.get(), path, [&](std::string_view chunk) { return write_all(copy.get(), chunk); }));
  return copy;
}

base::Result<NewFile> create_unused(int directory, const std::function<std::string(unsigned)>& name) {
  constexpr unsigned tries = 10'000;
  for (unsigned number = 1; number <= tries; ++number) {
    NewFile out{Fd(), name(number)};
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    out.file.reset(openat(directory, out.name.c_str(), flags, 0600));
    if (out.file) return out;
    if (errno != EEXIST) return base::fail(base::Exit::cannot_create, base::system_error(out.name).what);
  }
  return base::fail(base::Exit::cannot_create, name(1) + ": too many files of that name");
}

base::Result<void> close(Fd file, std::string_view what) {
  // Not even after EINTR may it be closed again.
  if (::close(file.release()) != 0 && errno != EINTR) return base::system_error(what);
  return {};
}

}  // namespace fs

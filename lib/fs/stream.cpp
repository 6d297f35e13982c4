#include "fs/stream.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace fs {

base::Result<void> read_some(int descriptor, std::string& buffer, std::size_t limit, std::string_view what) {
  buffer.resize(limit);
  while (true) {
    const ssize_t got = ::read(descriptor, buffer.data(), limit);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::system_error(what);
    buffer.resize(static_cast<std::size_t>(got));
    return {};
  }
}

base::Result<void> each_chunk(int descriptor, std::string_view what,
                              const std::function<base::Result<void>(std::string_view)>& sink) {
  std::string buffer;
  while (true) {
    TRY(read_some(descriptor, buffer, 64 * 1024, what));
    if (buffer.empty()) return {};
    TRY(sink(buffer));
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
  const char* directory = std::getenv("TMPDIR");
  return open(directory != nullptr && *directory != '\0' ? directory : "/tmp", O_TMPFILE | O_RDWR, 0600);
}

}  // namespace fs

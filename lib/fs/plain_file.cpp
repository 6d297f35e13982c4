#include "fs/plain_file.hpp"

namespace fs {

namespace {

base::Error open_to(const std::string& path, mode_t found) {
  const std::string who = (found & S_IRWXO) != 0 ? ": everybody may " : ": others than its owner may ";
  const char* what = (found & (S_IRGRP | S_IROTH)) != 0 ? "read it" : "write to it";
  return base::fail(base::Exit::configuration, path + who + what);
}

}  // namespace

base::Result<Fd> open_plain(const std::string& path, mode_t never) {
  TRY_ASSIGN(auto file, open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
  struct stat info = {};
  if (fstat(file.get(), &info) != 0) return base::system_error(path);
  if (!S_ISREG(info.st_mode)) return base::fail(base::Exit::data, path + ": not a plain file");
  if ((info.st_mode & never) != 0) return open_to(path, info.st_mode & never);
  return file;
}

base::Result<std::string> read_plain(const std::string& path, std::size_t limit, mode_t never) {
  TRY_ASSIGN(const auto file, open_plain(path, never));
  struct stat info = {};
  if (fstat(file.get(), &info) != 0) return base::system_error(path);
  const auto size = static_cast<std::uintmax_t>(info.st_size);
  if (size > limit)
    return base::fail(base::Exit::data, path + ": more than " + std::to_string(limit) + " bytes");
  return read_up_to(file.get(), 0, static_cast<std::size_t>(size));
}

base::Result<std::string> read_trusted(const std::string& path, std::size_t limit) {
  if (path == "/dev/null") return std::string();
  auto text = read_plain(path, limit, S_IWOTH);
  if (!text && text.error().code == base::Exit::data)
    return base::fail(base::Exit::configuration, text.error().what);
  return text;
}

}  // namespace fs

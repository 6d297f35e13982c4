#include "serve/mbox_delivery.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "fs/fd.hpp"
#include "fs/stamp.hpp"
#include "maildir/mbox_text.hpp"
#include "serve/mbox_lock.hpp"

namespace serve {

namespace {

constexpr int lock_time = 30;  // seconds
constexpr int tries = 10;      // while somebody else puts new files in its place

base::Error unsafe(const std::string& path, const std::string& why) {
  return base::fail(base::Exit::temporary, path + ": " + why);
}

base::Result<void> check(const struct stat& info, const std::string& path) {
  if (!S_ISREG(info.st_mode)) return unsafe(path, "is no file, or a link");
  if (info.st_uid != geteuid()) return unsafe(path, "belongs to somebody else");
  if (info.st_nlink != 1) return unsafe(path, "has another name too");
  return {};
}

struct OpenMbox {
  fs::Fd file;
  bool is_new = false;
};

/// Looked at before it is opened, as opening alone may have effects, and after, as it may be another by then.
base::Result<OpenMbox> open_mbox(const std::string& path) {
  struct stat info = {};
  OpenMbox out;
  out.is_new = lstat(path.c_str(), &info) != 0;
  if (out.is_new && errno != ENOENT) return base::system_error(path);
  if (!out.is_new) TRY(check(info, path));
  constexpr int flags = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  TRY_ASSIGN(out.file, fs::open(path, flags, 0600));
  if (fstat(out.file.get(), &info) != 0) return base::system_error(path);
  TRY(check(info, path));
  return out;
}

/// A From_ line is one only behind an empty line, which what stands there may lack.
base::Result<std::string> before_it(int file, off_t size) {
  if (size == 0) return std::string();
  const auto length = static_cast<std::size_t>(size < 2 ? size : 2);
  TRY_ASSIGN(const auto last, fs::read_at(file, size - static_cast<off_t>(length), length));
  if (last == "\n\n") return std::string();
  return std::string(last.ends_with('\n') ? "\n" : "\n\n");
}

base::Result<void> append(int file, off_t size, const Letter& letter, std::uint64_t now) {
  TRY_ASSIGN(const auto gap, before_it(file, size));
  TRY(fs::write_all(file, gap + maildir::from_line(letter.sender, now)));
  maildir::MboxText text;
  TRY(each_piece(letter, [&](std::string_view piece) { return fs::write_all(file, text.update(piece)); }));
  return fs::write_all(file, text.finish());
}

base::Result<void> deliver_locked(const std::string& path, const OpenMbox& mbox, const Letter& letter,
                                  std::uint64_t now) {
  const int file = mbox.file.get();
  const off_t size = lseek(file, 0, SEEK_END);
  if (size < 0) return base::system_error(path);
  auto done = append(file, size, letter, now);
  if (done) done = fs::sync(file, path);
  if (done && mbox.is_new) done = fs::sync_dir(path.substr(0, path.rfind('/') + 1));
  if (done) return {};
  // Who hears of the error delivers it again.
  if (ftruncate(file, size) != 0) return base::system_error(path + ": half a message stays");
  (void)fs::sync(file, path);
  return done;
}

}  // namespace

base::Result<void> deliver_to_mbox(const std::string& path, const Letter& letter, std::uint64_t now) {
  if (path == "/dev/null") return {};
  if (!path.starts_with('/')) return unsafe(path, "is no absolute path");
  for (int i = 0; i < tries; ++i) {
    TRY_ASSIGN(const auto mbox, open_mbox(path));
    TRY_ASSIGN(const auto lock, MboxLock::take(mbox.file.get(), path, lock_time));
    if (fs::bears_name(mbox.file.get(), path)) return deliver_locked(path, mbox, letter, now);
  }
  return unsafe(path, "another program replaces it again and again");
}

}  // namespace serve

#include "maildir/index.hpp"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "fs/lock.hpp"

namespace maildir {

namespace {

constexpr std::size_t step = 1 << 20;
constexpr std::size_t head_limit = 128;
constexpr std::size_t history_allowed = 1000;  // lines
constexpr int lock_attempts = 100;             // at a folder that others keep removing and making

/// What the file names told is not in the index.
void keep_whereabouts(std::vector<Record>&& before, IndexState& state) {
  for (auto& record : before) {
    if (Record* same = state.find(record.uid)) {
      same->suffix = std::move(record.suffix);
      same->in_new = record.in_new;
    }
  }
}

/// On disk, as far as the file system lets a reader ask for it.
base::Result<void> sync_read(int file, const std::string& path) {
  if (fdatasync(file) != 0 && errno != EINVAL && errno != EROFS) return base::system_error(path);
  return {};
}

}  // namespace

base::Error Index::rebuilt() {
  lost_ = true;
  return base::fail(base::Exit::temporary, folder_ + ": the mailbox was rebuilt or removed; select it again");
}

/// Begins anew where another generation was written, or the file became shorter; the records until now go to
/// `before`. False: no index.
base::Result<bool> Index::take_head(int file, std::vector<Record>& before) {
  TRY_ASSIGN(const auto head, fs::read_up_to(file, 0, head_limit));
  std::string_view rest = head;
  IndexState begun;
  const bool good = parse_head(rest, begun);
  if (state_.validity != 0 && (!good || begun.validity != state_.validity)) return rebuilt();
  if (!good) return false;
  struct stat info = {};
  if (fstat(file, &info) != 0) return base::system_error(path());
  if (offset_ != 0 && begun.generation == state_.generation &&
      static_cast<std::uint64_t>(info.st_size) >= offset_)
    return true;
  // UIDs that were told stay told, whatever became of the file.
  begun.uid_next = std::max(begun.uid_next, state_.uid_next);
  before = std::move(state_.records);
  state_ = std::move(begun);
  offset_ = head.size() - rest.size();
  return true;
}

base::Result<bool> Index::read() {
  const auto file = fs::open(path(), O_RDONLY | O_NOFOLLOW);
  if (!file && file.error().code == base::Exit::no_input) {
    if (state_.validity != 0) return rebuilt();
    return false;
  }
  if (!file) return file.error();
  const auto told = state_.uid_next;
  std::vector<Record> before;
  TRY_ASSIGN(const bool good, take_head(file->get(), before));
  if (!good) return false;
  std::string text;
  while (true) {
    TRY_ASSIGN(const auto chunk,
               fs::read_up_to(file->get(), static_cast<off_t>(offset_ + text.size()), step));
    if (chunk.empty()) break;
    text += chunk;
    const auto used = apply_lines(text, state_);
    offset_ += used;
    text.erase(0, used);
  }
  piece_ = text.size();
  keep_whereabouts(std::move(before), state_);
  if (state_.uid_next != told) TRY(sync_read(file->get(), path()));
  return true;
}

base::Result<fs::Fd> Index::lock() const {
  const std::string name = folder_ + "/tubepost-lock";
  for (int i = 0; i < lock_attempts; ++i) {
    TRY_ASSIGN(auto held, fs::wait_for_lock(name, 60, folder_ + ": another program holds the folder's lock"));
    struct stat mine = {};
    struct stat there = {};
    if (fstat(held.get(), &mine) != 0) return base::system_error(name);
    // While this one waited, the folder may have been removed or renamed, and another made in its place.
    if (stat(name.c_str(), &there) == 0 && there.st_dev == mine.st_dev && there.st_ino == mine.st_ino)
      return held;
  }
  return base::fail(base::Exit::temporary, folder_ + ": the folder's lock is replaced again and again");
}

base::Result<void> Index::replace(std::string_view text) {
  const std::string next = path() + ".new";
  unlink(next.c_str());
  TRY_ASSIGN(const auto file, fs::open(next, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
  TRY(fs::write_all(file.get(), text));
  TRY(fs::sync(file.get(), next));
  if (std::rename(next.c_str(), path().c_str()) != 0) return base::system_error(next);
  return fs::sync_dir(folder_);
}

base::Result<void> Index::make(std::uint32_t validity) {
  if (validity == 0) return base::fail(base::Exit::software, folder_ + ": 0 is no UIDVALIDITY");
  TRY(replace(format_head(validity, 1, 1, 1)));
  offset_ = 0;
  TRY(read());
  return {};
}

/// The file that is to be appended to is the one that was read, and nothing stands behind what was read.
base::Result<void> Index::check_unchanged(int file) const {
  TRY_ASSIGN(const auto head, fs::read_up_to(file, 0, head_limit));
  std::string_view rest = head;
  IndexState there;
  struct stat info = {};
  if (fstat(file, &info) != 0) return base::system_error(path());
  const bool same = parse_head(rest, there) && there.validity == state_.validity &&
                    there.generation == state_.generation &&
                    static_cast<std::uint64_t>(info.st_size) == offset_;
  if (!same) return base::fail(base::Exit::temporary, path() + ": changed by a program that holds no lock");
  return {};
}

base::Result<void> Index::append(std::string_view lines, bool durable) {
  TRY_ASSIGN(const auto file, fs::open(path(), O_RDWR | O_APPEND | O_NOFOLLOW));
  TRY(check_unchanged(file.get()));
  const auto written = fs::write_all(file.get(), lines);
  if (!written) {
    // Readers may have seen the lines that are whole, and told their UIDs: these lines stay.
    struct stat info = {};
    const bool known = fstat(file.get(), &info) == 0 && static_cast<std::uint64_t>(info.st_size) > offset_;
    const auto size = known ? static_cast<std::uint64_t>(info.st_size) - offset_ : 0;
    lines = lines.substr(0, static_cast<std::size_t>(size));
    lines = lines.substr(0, lines.rfind('\n') + 1);
    [[maybe_unused]] const int cut = ftruncate(file.get(), static_cast<off_t>(offset_ + lines.size()));
  }
  apply_lines(lines, state_);
  offset_ += lines.size();
  if (!written) return written.error();
  if (durable && fdatasync(file.get()) != 0) return base::system_error(path());
  return {};
}

base::Result<void> Index::rewrite() {
  std::string text = format_head(state_.validity, state_.generation + 1, state_.uid_next, state_.modseq);
  for (const auto& record : state_.records) text += line_added(record);
  TRY(replace(text));
  TRY(read());
  return {};
}

base::Result<void> Index::mend() {
  if (state_.damaged > 0) {
    // It may have been read while a writer cut a piece off: the file has the last word.
    offset_ = 0;
    TRY(read());
  }
  if (state_.damaged == 0 && piece_ == 0) return {};
  // The piece may be all that is left of whole lines.
  if (piece_ > 0) skip_damaged(piece_, state_);
  return rewrite();
}

void Index::compact() {
  if (state_.lines >= 2 * state_.records.size() + history_allowed) (void)rewrite();
}

}  // namespace maildir

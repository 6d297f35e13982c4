#include "maildir/index.hpp"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "fs/lock.hpp"

namespace maildir {

namespace {

constexpr std::size_t step = 1 << 20;
constexpr std::size_t head_limit = 128;
constexpr std::size_t history_allowed = 1000;  // lines

}  // namespace

base::Result<bool> Index::read() {
  auto file = fs::open(path(), O_RDONLY | O_NOFOLLOW);
  if (!file && file.error().code == base::Exit::no_input) return false;
  if (!file) return file.error();
  TRY_ASSIGN(const auto head, fs::read_up_to(file->get(), 0, head_limit));
  std::string_view rest = head;
  IndexState begun;
  if (!parse_head(rest, begun)) return false;
  if (offset_ == 0 || begun.generation != state_.generation || begun.validity != state_.validity) {
    state_ = std::move(begun);
    offset_ = head.size() - rest.size();
  }
  std::string text;
  while (true) {
    TRY_ASSIGN(const auto chunk,
               fs::read_up_to(file->get(), static_cast<off_t>(offset_ + text.size()), step));
    if (chunk.empty()) return true;
    text += chunk;
    const auto used = apply_lines(text, state_);
    offset_ += used;
    text.erase(0, used);
  }
}

base::Result<fs::Fd> Index::lock() const {
  return fs::wait_for_lock(folder_ + "/tubepost-lock", 60,
                           folder_ + ": another program holds the folder's lock");
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
  TRY(replace(format_head(validity, 1, 1, 1)));
  offset_ = 0;
  TRY(read());
  return {};
}

base::Result<void> Index::append(std::string_view lines, bool durable) {
  TRY_ASSIGN(const auto file, fs::open(path(), O_WRONLY | O_APPEND | O_NOFOLLOW));
  struct stat info = {};
  if (fstat(file.get(), &info) != 0) return base::system_error(path());
  // A writer that was killed in the middle of a line leaves a piece without LF.
  if (static_cast<std::uint64_t>(info.st_size) > offset_ &&
      ftruncate(file.get(), static_cast<off_t>(offset_)) != 0) {
    return base::system_error(path());
  }
  if (const auto written = fs::write_all(file.get(), lines); !written) {
    [[maybe_unused]] const int cut = ftruncate(file.get(), static_cast<off_t>(offset_));
    return written.error();
  }
  if (durable && fdatasync(file.get()) != 0) return base::system_error(path());
  apply_lines(lines, state_);
  offset_ += lines.size();
  return {};
}

base::Result<void> Index::compact() {
  if (state_.damaged == 0 && state_.lines < 2 * state_.records.size() + history_allowed) return {};
  std::string text = format_head(state_.validity, state_.generation + 1, state_.uid_next, state_.modseq);
  for (const auto& record : state_.records) text += line_added(record);
  TRY(replace(text));
  const auto seen = std::move(state_.records);
  offset_ = 0;
  TRY(read());
  // What the file names told is not in the index.
  for (const auto& record : seen) {
    if (Record* same = state_.find(record.uid)) {
      same->suffix = record.suffix;
      same->in_new = record.in_new;
    }
  }
  return {};
}

}  // namespace maildir

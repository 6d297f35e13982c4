#include "maildir/index.hpp"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/ascii.hpp"
#include "fs/lock.hpp"
#include "fs/replace_file.hpp"
#include "maildir/entry.hpp"

namespace maildir {

namespace {

constexpr std::uint64_t step = 1 << 20;
constexpr std::size_t changes_allowed = 1000;  // before the file is written anew
constexpr int lock_attempts = 100;             // at a folder that others keep removing and making

/// On disk, as far as the file system lets a reader ask for it.
base::Result<void> sync_read(int file, const std::string& path) {
  if (fdatasync(file) != 0 && errno != EINVAL && errno != EROFS) return base::system_error(path);
  return {};
}

}  // namespace

base::Error Index::replaced() {
  replaced_ = true;
  return base::fail(base::Exit::temporary, folder_ + ": the mailbox was rebuilt or removed; select it again");
}

/// Nothing that was made of what is not there any more may be written.
base::Result<void> Index::check_whole() {
  return sorted_.is_cut() ? base::Result<void>(replaced()) : base::Result<void>();
}

/// Begins anew where another generation was written, or the file became shorter. False: no index.
base::Result<bool> Index::take_head(int file) {
  TRY_ASSIGN(const auto text, fs::read_up_to(file, 0, head_limit));
  const auto head = parse_head(text);
  if (state_.validity != 0 && (!head || head->validity != state_.validity)) return replaced();
  if (!head) return false;
  struct stat info = {};
  if (fstat(file, &info) != 0) return base::system_error(path());
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (offset_ != 0 && head->generation == state_.generation && size >= offset_) return true;
  const auto sorted = std::min(head->log_begin(), size);
  TRY_ASSIGN(auto mapped, Mapped::of(file, static_cast<std::size_t>(sorted), path()));
  auto begun = begin_state(*head, mapped.text());
  // UIDs and mod-sequences that were told stay told, whatever became of the file.
  begun.uid_next = std::max(begun.uid_next, state_.uid_next);
  begun.modseq = std::max(begun.modseq, state_.modseq);
  if (mapped.is_cut()) return base::fail(base::Exit::temporary, path() + ": is being cut short");
  state_ = std::move(begun);
  sorted_ = std::move(mapped);
  offset_ = sorted;
  return true;
}

base::Result<bool> Index::read() {
  TRY(check_whole());
  const auto file = open_file(path());
  if (!file && file.error().code == base::Exit::no_input) {
    if (state_.validity != 0) return replaced();
    return false;
  }
  // No message is damaged when this is no file.
  if (!file && file.error().code == base::Exit::data) return base::fail(base::Exit::os, file.error().what);
  if (!file) return file.error();
  const auto told = state_.uid_next;
  TRY_ASSIGN(const bool good, take_head(file->get()));
  if (!good) return false;
  struct stat info = {};
  if (fstat(file->get(), &info) != 0) return base::system_error(path());
  const auto size = static_cast<std::uint64_t>(info.st_size);
  std::string text;
  while (offset_ + text.size() < size) {
    const auto at = offset_ + text.size();
    TRY_ASSIGN(const auto chunk, fs::read_up_to(file->get(), static_cast<off_t>(at),
                                                static_cast<std::size_t>(std::min(step, size - at))));
    if (chunk.empty()) break;
    text += chunk;
    const auto used = apply_lines(text, state_);
    offset_ += used;
    text.erase(0, used);
  }
  piece_ = text.size();
  if (state_.uid_next != told) TRY(sync_read(file->get(), path()));
  return true;
}

base::Result<fs::Fd> Index::lock_within(int seconds) const {
  const std::string name = folder_ + "/tubepost-lock";
  for (int i = 0; i < lock_attempts; ++i) {
    const auto busy = folder_ + ": another program holds the folder's lock";
    TRY_ASSIGN(auto held, seconds == 0 ? fs::try_lock(name, busy) : fs::wait_for_lock(name, seconds, busy));
    struct stat mine = {};
    struct stat there = {};
    if (fstat(held.get(), &mine) != 0) return base::system_error(name);
    // While this one waited, the folder may have been removed or renamed, and another made in its place.
    if (stat(name.c_str(), &there) == 0 && there.st_dev == mine.st_dev && there.st_ino == mine.st_ino)
      return held;
  }
  return base::fail(base::Exit::temporary, folder_ + ": the folder's lock is replaced again and again");
}

base::Result<void> Index::replace(const IndexState& state, std::uint64_t generation, bool durable) {
  const auto pieces = format_pieces(state, generation);
  TRY(check_whole());
  return fs::replace_file(path() + ".new", path(), {pieces.begin(), pieces.end()},
                          durable ? fs::Durability::full : fs::Durability::none);
}

base::Result<void> Index::make(const IndexState& state) {
  if (state.validity == 0) return base::fail(base::Exit::software, folder_ + ": 0 is no UIDVALIDITY");
  TRY(replace(state, 1, false));
  offset_ = 0;
  TRY(read());
  leave_mark();
  return {};
}

/// The file that is to be appended to is the one that was read, and nothing stands behind what was read.
base::Result<void> Index::check_unchanged(int file) const {
  TRY_ASSIGN(const auto text, fs::read_up_to(file, 0, head_limit));
  const auto there = parse_head(text);
  struct stat info = {};
  if (fstat(file, &info) != 0) return base::system_error(path());
  const bool same = there && there->validity == state_.validity && there->generation == state_.generation &&
                    static_cast<std::uint64_t>(info.st_size) == offset_;
  if (!same) return base::fail(base::Exit::temporary, path() + ": changed by a program that holds no lock");
  return {};
}

base::Result<void> Index::append(std::string_view lines, bool durable) {
  TRY(check_whole());
  TRY_ASSIGN(const auto file, fs::open(path(), O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK));
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
  const auto told = state_.uid_next;
  apply_lines(lines, state_);
  offset_ += lines.size();
  if (state_.uid_next != told) leave_mark();
  if (!written) return written.error();
  if (durable && fdatasync(file.get()) != 0) return base::system_error(path());
  return {};
}

base::Result<void> Index::rewrite(bool durable) {
  TRY(replace(state_, state_.generation + 1, durable));
  TRY(read());
  return {};
}

base::Result<void> Index::add(std::size_t count, const std::function<Record()>& next) {
  // Nobody can know a UID of an index without messages: should the power go, it may go as well.
  const bool first = state_.uid_next == 1;
  state_.records.reserve(count);
  for (; count > 0; --count) {
    const auto record = next();
    state_.records.add(record);
    state_.uid_next = std::max(state_.uid_next, record.uid == UINT32_MAX ? record.uid : record.uid + 1);
    state_.modseq = std::max(state_.modseq, record.modseq);
  }
  const auto written = rewrite(!first);
  leave_mark();
  if (!written) offset_ = 0;  // what is there now has to be read again
  return written;
}

/// The lock's file says "UIDVALIDITY UIDNEXT": what an index that lost its end does not know.
std::optional<Index::Mark> Index::mark() const {
  const auto file = open_file(folder_ + "/tubepost-lock");
  const auto text = file ? fs::read_up_to(file->get(), 0, 64) : file.error();
  const auto words = text ? base::words(*text) : std::vector<std::string>();
  if (words.size() != 2) return std::nullopt;
  const auto validity = base::parse_number(words[0], UINT32_MAX);
  const auto uid_next = base::parse_number(words[1], UINT32_MAX);
  if (!validity || !uid_next) return std::nullopt;
  return Mark{static_cast<std::uint32_t>(*validity), static_cast<std::uint32_t>(*uid_next)};
}

void Index::take_mark() {
  const auto left = mark();
  if (left && left->validity == state_.validity) state_.uid_next = std::max(state_.uid_next, left->uid_next);
}

void Index::leave_mark() const {
  const auto file = fs::open(folder_ + "/tubepost-lock", O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600);
  auto text = std::to_string(state_.validity) + " " + std::to_string(state_.uid_next);
  text.resize(31, ' ');
  if (file) (void)fs::write_all_at(file->get(), text + "\n", 0);
}

base::Result<void> Index::mend() {
  if (state_.damaged > 0) {
    // It may have been read while a writer cut a piece off: the file has the last word.
    offset_ = 0;
    TRY(read());
  }
  take_mark();
  if (state_.damaged == 0 && piece_ == 0 && !state_.records.is_damaged()) return {};
  // The piece may be all that is left of whole lines.
  if (piece_ > 0) skip_damaged(piece_, state_);
  // What is left out now stands in the directories all the same: no look at them is one that has it here.
  state_.stamp = {};
  state_.looked = 0;
  return rewrite(true);
}

bool Index::wants_compacting(bool patient) const {
  const auto allowed = (changes_allowed + state_.records.size() / 4) * (patient ? 4 : 1);
  return state_.lines + state_.records.apart() >= allowed;
}

void Index::compact(bool patient) {
  if (wants_compacting(patient)) (void)rewrite(true);
}

}  // namespace maildir

#include "maildir/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/hex.hpp"
#include "maildir/entry.hpp"
#include "maildir/file_name.hpp"
#include "maildir/import.hpp"
#include "maildir/whereabouts.hpp"

namespace maildir {

base::Result<void> Folder::make_index(const NewValidity& new_validity) {
  IndexState begun;
  TRY_ASSIGN(begun.validity, new_validity());
  const auto before = index_.mark();
  // A UIDVALIDITY that takes the place of another is greater (RFC 9051 section 2.3.1.1).
  if (before && begun.validity > 0 && begun.validity <= before->validity) {
    if (before->validity == UINT32_MAX)
      return base::fail(base::Exit::data, path_ + ": no greater UIDVALIDITY is left");
    begun.validity = before->validity + 1;
  }
  begun.object = begun.validity;
  // What another server gave out was gone on from: a second time the same UIDs would be other messages'.
  if (!before) TRY(import(path_, file_system_now(), begun));
  return index_.make(begun);
}

base::Result<Folder> Folder::open(std::string path, const NewValidity& new_validity) {
  Folder out(std::move(path));
  TRY_ASSIGN(const bool known, out.index_.read());
  if (known) return out;
  TRY_ASSIGN(const auto lock, out.index_.lock());
  // Another program may have made it while this one waited.
  TRY_ASSIGN(const bool made, out.index_.read());
  if (made) return out;
  TRY(out.make_index(new_validity));
  return out;
}

base::Result<fs::Fd> Folder::lock_and_read() {
  TRY_ASSIGN(auto lock, index_.lock());
  TRY(index_.read());
  TRY(index_.mend());
  return lock;
}

std::string Folder::email_id(const Entry& entry) {
  return "M" + base::hex_number(entry.id, 16);
}

std::uint64_t Folder::date(const Entry& entry) {
  if (entry.date != 0 || entry.uid == 0) return entry.date;
  const auto known = dates_.find(entry.uid);
  if (known != dates_.end()) return known->second;
  struct stat info = {};
  std::string room;
  const auto name = name_in(entry.place, room);
  const auto path =
      path_ + (name.in_new ? "/new/" : "/cur/") + std::string(name.base) + std::string(name.suffix);
  if (stat(path.c_str(), &info) != 0) {
    const auto file = open_message(entry.uid);
    if (!file || fstat(file->get(), &info) != 0) return 0;
  }
  const auto out = static_cast<std::uint64_t>(std::max<time_t>(info.st_mtime, 1));
  dates_.emplace(entry.uid, out);
  return out;
}

void Folder::rest() {
  whereabouts_.reset();
  index_.rest();
}

base::Result<void> Folder::tidy() {
  if (!names_due_ && dates_.empty() && sizes_.empty() && !index_.wants_compacting(false)) return {};
  TRY_ASSIGN(const auto lock, index_.try_lock());
  TRY(index_.read());
  TRY(index_.mend());
  std::string lines;
  for (const auto& [uid, date] : dates_) lines += line_date(uid, date);
  for (const auto& [uid, size] : sizes_) lines += line_size(uid, size);
  if (!lines.empty()) TRY(index_.append(lines, false));
  dates_.clear();
  sizes_.clear();
  if (names_due_) TRY(name_all_by_flags());
  names_due_ = false;
  index_.compact(false);
  return {};
}

base::Result<fs::Fd> Folder::open_message(std::uint32_t uid) {
  const auto position = rows().position(uid);
  const auto entry = position ? rows().at(*position) : Entry();
  if (uid == 0 || entry.uid != uid)
    return base::fail(base::Exit::no_input, "message " + std::to_string(uid) + " is not there");
  if (entry.place.find('%') != std::string_view::npos) return find_and_open(rows().record(entry));
  // Nearly always it is where it was.
  auto file = open_file(std::string(path_).append(1, '/').append(entry.place));
  if (file || file.error().code != base::Exit::no_input) return file;
  return find_and_open(rows().record(entry));
}

base::Result<fs::Fd> Folder::find_and_open(const Record& record) {
  if (whereabouts_) {
    // What was seen some time ago may not have it yet.
    auto file = whereabouts_->open(record);
    if (file || file.error().code == base::Exit::data) return file;
  }
  whereabouts_ = std::make_shared<Whereabouts>(path_);
  return whereabouts_->open(record);
}

std::optional<std::uint64_t> Folder::size(const Entry& entry) const {
  // More than that is no size of a message, and the sum of all would be none either.
  if (entry.size <= largest_number) return entry.size;
  const auto known = sizes_.find(entry.uid);
  return known == sizes_.end() ? std::nullopt : std::optional(known->second);
}

}  // namespace maildir

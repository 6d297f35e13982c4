// Folder: messages that are put into it under the lock, each with its UID at once.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "maildir/folder.hpp"
#include "maildir/object_id.hpp"
#include "maildir/whereabouts.hpp"

namespace maildir {

/// Makes files that are in cur/ already durable messages of the index, or removes them.
base::Result<void> Folder::add(const std::vector<Record>& records) {
  std::string lines = state().recent == 0 ? line_recent(records.front().uid) : std::string();
  for (const auto& record : records) lines += line_added(record);
  auto stored = fs::sync_dir(path_ + "/cur");
  if (stored) stored = index_.append(lines, true);
  if (!stored) {
    for (const auto& record : records) unlink((path_ + file_of(record)).c_str());
    return stored;
  }
  return {};
}

base::Result<std::uint32_t> Folder::adopt(const std::string& file_path, const std::string& base,
                                          const Flags& flags, std::uint64_t date, std::uint64_t size) {
  TRY(check_keywords(flags.keywords));
  TRY_ASSIGN(const auto lock, lock_and_read());
  if (state().uid_next == UINT32_MAX)
    return base::fail(base::Exit::unavailable, path_ + ": no UIDs are left");
  Record record;
  record.uid = state().uid_next;
  record.modseq = state().modseq + 1;
  record.date = std::max<std::uint64_t>(date, 1);
  record.saved = file_system_now() / 1'000'000'000;
  record.size = size;
  record.flags = flags;
  record.base = base;
  record.suffix = ":2," + to_letters(flags.system, "");
  record.id = object_id(base);
  const std::string to = path_ + file_of(record);
  TRY_ASSIGN(const bool placed, rename_anew(file_path, to));
  if (!placed) return base::system_error(file_path, ENOENT);
  // Not before: an old file in tmp/ is taken for one that nobody wants.
  const timespec times[] = {{static_cast<time_t>(date), 0}, {static_cast<time_t>(date), 0}};
  (void)utimensat(AT_FDCWD, to.c_str(), times, 0);
  TRY(add({record}));
  return record.uid;
}

/// The message `uid`, linked into `target` as `base`; its UID there is still to be given.
base::Result<Record> Folder::link_copy(std::uint32_t uid, Folder& target, const std::string& base,
                                       Whereabouts& whereabouts) {
  const Record* known = state().find(uid);
  if (known == nullptr) return missing(path_, uid, Whereabouts::Found::gone);
  Record source = *known;
  Record copy = source;
  copy.base = base;
  copy.suffix = ":2," + to_letters(source.flags.system, "");
  copy.in_new = false;
  copy.saved = file_system_now() / 1'000'000'000;
  const std::string to = target.path_ + file_of(copy);
  auto found = Whereabouts::Found::here;
  for (int i = 0; i < rename_attempts && found == Whereabouts::Found::here; ++i) {
    if (link((path_ + file_of(source)).c_str(), to.c_str()) == 0) return copy;
    if (errno != ENOENT) return base::system_error(path_ + file_of(source));
    TRY_ASSIGN(found, whereabouts.find(source));
  }
  return missing(path_, uid, found);
}

base::Result<std::vector<std::uint32_t>> Folder::copy(
    const std::vector<std::uint32_t>& uids, Folder& target,
    const std::function<base::Result<std::string>()>& new_base) {
  TRY_ASSIGN(const auto lock, target.lock_and_read());
  if (uids.size() >= UINT32_MAX - target.state().uid_next)
    return base::fail(base::Exit::unavailable, target.path_ + ": no UIDs are left");
  Whereabouts whereabouts(path_);
  std::vector<Record> copies;
  const auto link_all = [&]() -> base::Result<void> {
    for (const auto uid : uids) {
      TRY_ASSIGN(const auto base, new_base());
      TRY_ASSIGN(auto copy, link_copy(uid, target, base, whereabouts));
      copy.uid = target.state().uid_next + static_cast<std::uint32_t>(copies.size());
      copy.modseq = target.state().modseq + 1;
      copies.push_back(std::move(copy));
    }
    return {};
  };
  if (const auto linked = link_all(); !linked) {
    for (const auto& copy : copies) unlink((target.path_ + file_of(copy)).c_str());
    return linked.error();
  }
  std::vector<std::uint32_t> out;
  for (const auto& copy : copies) out.push_back(copy.uid);
  if (!copies.empty()) TRY(target.add(copies));
  return out;
}

}  // namespace maildir

// One folder of a mailbox: its index kept true to its directories. UIDs, flags and keywords are the index's;
// the file names mirror the flags; other programs may deliver, rename and remove at any time and nothing is
// lost.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "maildir/index.hpp"
#include "maildir/listing.hpp"

namespace maildir {

class Whereabouts;
struct Look;  // what one look at the directories has shown

/// A UIDVALIDITY that this mailbox has never had; asked for under the lock, and only when an index is made.
using NewValidity = std::function<base::Result<std::uint32_t>()>;

// How long directories are believed whose times say that nothing has changed: file systems over a network are
// wrong about them.
constexpr std::uint64_t believed_for = 3600;          // seconds
constexpr std::uint64_t believed_when_thorough = 30;  // seconds

constexpr std::size_t names_at_once = 64;

/// One that was opened belongs to the index of that time. When that is gone, or another one has taken its
/// place, every function that looks at the index says Exit::temporary from then on: the UIDs mean something
/// else now.
class Folder {
 public:
  /// Opens the folder at `path`, which exists; makes the index where there is none, with the UIDs, the
  /// UIDVALIDITY and the keywords that Dovecot or Courier have left there. Nothing is scanned yet.
  static base::Result<Folder> open(std::string path, const NewValidity& new_validity);

  const IndexState& state() const { return index_.state(); }
  const std::string& path() const { return path_; }

  /// The messages in the order of their UIDs without a copy: at(position) is cheap, [] is not.
  const Rows& rows() const { return state().records; }

  /// The folder's name that stays when it is renamed (RFC 8474): 1 to 64 letters and digits. So of a message,
  /// which has it in all folders.
  std::string mailbox_id() const { return "F" + std::to_string(state().object); }
  static std::string email_id(const Entry& entry);

  /// The internal date, from the file where nobody has asked for it before; 0 when that is gone.
  std::uint64_t date(const Entry& entry);

  /// For QRESYNC: the UIDs that are gone of those that were there at `modseq` or have come since; perhaps
  /// more that were gone before.
  UidSet vanished_since(std::uint64_t modseq) const { return maildir::vanished_since(state(), modseq); }

  /// Work that nobody waits for: files get the names that their flags ask for, dates and sizes that had to be
  /// found out are noted, and the index is written anew when it is due. Exit::temporary: another program
  /// holds the lock, and all is left for the next time.
  base::Result<void> tidy();

  /// Gives back memory that is easily had again, before a long wait.
  void rest();
  bool is_replaced() const { return index_.is_replaced(); }

  /// Looks at index and directories and brings them together. `claim`: messages in new/ move to cur/, and
  /// their UIDs are appended to `claimed`, as are those of what sessions have put here, if no other look has
  /// claimed it; one that cannot be moved stays in new/, and what cannot be claimed now is left to a later
  /// look. A message that one look missed is not taken for removed. UIDs are on disk when it returns.
  /// Directories are only read when their times have changed, or when nobody has done so for believed_for;
  /// `thorough`: believed_when_thorough.
  base::Result<void> refresh(bool claim, bool thorough, std::vector<std::uint32_t>& claimed);

  /// Nobody has claimed the message of this UID, which is at this place.
  bool is_unclaimed(std::uint32_t uid, std::string_view place) const {
    return place.starts_with("new/") || (state().recent != 0 && uid >= state().recent);
  }

  /// Opens a message's file, also after another program renamed it. Exit::no_input: it is gone;
  /// Exit::temporary: it cannot be said where it is; Exit::data: it is no regular file.
  base::Result<fs::Fd> open_message(std::uint32_t uid);

  /// In octets with CRLF line ends, as the index or note_size() says; nothing: it has to be found out by
  /// reading.
  std::optional<std::uint64_t> size(const Entry& entry) const;
  /// Remembers one that was found out; for other sessions from tidy() on.
  void note_size(std::uint32_t uid, std::uint64_t size) { sizes_.emplace(uid, size); }

  /// Gives each of `uids` the flags that `change` makes of its present ones, under the lock. Those that are
  /// gone are left out, and so are those whose row is damaged. Limits of the keywords: check_keywords;
  /// nothing is changed then. The names of more than names_at_once files follow later: tidy(), or the next
  /// look at the directories. One that cannot be changed stops no other, and the first such error is
  /// returned. The last changes may be lost by a power loss.
  using Change = std::function<Flags(const Entry&, const Flags& before)>;
  base::Result<void> change_flags(const std::vector<std::uint32_t>& uids, const Change& change);
  base::Result<void> change_flags(const std::vector<std::uint32_t>& uids,
                                  const std::function<Flags(const Flags&)>& change) {
    return change_flags(uids, [&](const Entry&, const Flags& before) { return change(before); });
  }

  /// Removes for good those of `uids` that are flagged deleted and whose flag no other program has taken back
  /// by that moment; returns them. One that is not found stays in the index until refresh has made sure
  /// of it.
  base::Result<std::vector<std::uint32_t>> expunge(const std::vector<std::uint32_t>& uids);

  /// Puts a message into cur/ that is complete at `file_path` on the same file system (it is renamed), and
  /// gives it a UID. On disk when it returns; after an error, the file is nowhere in cur/.
  base::Result<std::uint32_t> adopt(const std::string& file_path, const std::string& base, const Flags& flags,
                                    std::uint64_t date, std::uint64_t size);

  /// Copies messages into `target` by hard link; all or none, on disk when it returns. Returns the new UIDs
  /// in the order of `uids`. Exit::temporary: one of them is not there.
  base::Result<std::vector<std::uint32_t>> copy(const std::vector<std::uint32_t>& uids, Folder& target,
                                                const std::function<base::Result<std::string>()>& new_base);

 private:
  explicit Folder(std::string path) : path_(path), index_(std::move(path)) {}

  base::Result<fs::Fd> find_and_open(const Record& record);
  base::Result<fs::Fd> lock_and_read();
  base::Result<void> make_index(const NewValidity& new_validity);
  bool is_believed(const Stamp& stamp, bool thorough) const;
  base::Result<void> look(bool claim, bool thorough, std::vector<std::uint32_t>& claimed);
  void claim_recent(std::vector<std::uint32_t>& claimed);
  base::Result<void> claim_left(const Stamp& stamp, std::vector<std::uint32_t>& claimed);
  base::Result<bool> look_at_new(bool claim, std::vector<std::uint32_t>& claimed);
  base::Result<void> look_at_all(bool claim, std::vector<std::uint32_t>& claimed);
  base::Result<Listing> list_all();
  void note_missing(const Entry& entry, const Name& name, const Listing* before, Look& look) const;
  bool is_there_by_name(const Entry& entry, const Name& name) const;
  void compare(Look& look, const Listing* before) const;
  base::Result<void> look_again(Look& look);
  base::Result<void> settle_gone(Look& look);
  base::Result<void> settle(Look& look, bool claim, std::vector<std::uint32_t>& claimed);
  Record take_in(std::size_t at, std::uint32_t uid, bool claim, Look& look);
  base::Result<void> claim_taken(const Look& look, const base::Result<void>& added, std::uint32_t unknown,
                                 std::vector<std::uint32_t>& claimed) const;
  base::Result<void> take_in(Look& look, bool claim, std::vector<std::uint32_t>& claimed);
  base::Result<void> follow(Look& look, bool claim, std::vector<std::uint32_t>& claimed);
  bool name_as_due(Record& record, bool claim, bool& open) const;
  base::Result<void> note_look(const Stamp& stamp);
  void note_own_change(const Stamp& before);

  struct NewFlags;  // what one change of flags comes to

  base::Result<NewFlags> find_new_flags(const std::vector<std::uint32_t>& uids, const Change& change) const;
  base::Result<void> rename_for(NewFlags& flags, std::string& lines) const;
  base::Result<void> name_all_by_flags();
  base::Result<void> sync_after_removal(bool of_new) const;
  base::Result<bool> name_by_flags(Record& record, unsigned system) const;
  base::Result<bool> move_to_cur(Record& record, unsigned system, Whereabouts& whereabouts) const;
  base::Result<bool> remove_deleted(Record& record, Whereabouts& whereabouts) const;
  base::Result<Record> link_copy(std::uint32_t uid, Folder& target, const std::string& base,
                                 Whereabouts& whereabouts);
  base::Result<void> add(const std::vector<Record>& records);
  Record first_seen(const Seen& file) const;

  std::string path_;
  Index index_;
  Sighting seen_;                // the directories' times
  Stamp own_;                    // the directories as this session's own changes have left them
  std::uint64_t own_until_ = 0;  // seconds since 1970: how long that is believed
  std::uint64_t generation_ = 0;
  std::uint64_t empty_new_ = 0;                   // new/ with this time held nothing
  std::map<std::uint32_t, std::uint64_t> dates_;  // found out, by UID
  std::map<std::uint32_t, std::uint64_t> sizes_;  // likewise
  bool names_due_ = false;                        // that were to follow
  std::shared_ptr<Whereabouts> whereabouts_;      // of files that were missed since the last refresh
};

}  // namespace maildir

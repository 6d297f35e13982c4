// The index of a folder as text; tubepost-index(5) describes it. Pure: every line stands for itself and ends
// with its CRC-32, so that a damaged line costs no more than itself.
//
// What damage swallowed may have given out UIDs, and a UID that a client knows must never name another
// message. The index keeps its UIDVALIDITY all the same: UIDs are given out one after the other, so that a
// damaged stretch cannot hide more of them than it has room for shortest lines, and skipping so many is
// enough. A new UIDVALIDITY would be as safe, but every client would fetch the whole folder again for one bad
// sector.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "maildir/rows.hpp"
#include "maildir/uid_set.hpp"

namespace maildir {

struct Stamp {
  std::uint64_t cur = 0;    // nanoseconds of the directories' last change; 0: not to be believed
  std::uint64_t fresh = 0;  // of new/
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

struct Vanished {
  std::uint64_t modseq = 0;
  UidSet uids;
};

/// Messages that were not found, but may be there.
struct Missed {
  UidSet uids;
  std::uint64_t since = 0;  // seconds since 1970
  friend bool operator==(const Missed&, const Missed&) = default;
};

struct IndexState {
  std::uint32_t validity = 0;    // UIDVALIDITY
  std::uint64_t generation = 0;  // counts the times the file was written anew
  std::uint32_t uid_next = 1;
  std::uint64_t modseq = 1;        // the highest in use
  std::uint64_t object = 0;        // names the folder for ever, also under another name
  std::size_t lines = 0;           // read so far behind the sorted part
  std::size_t damaged = 0;         // of these
  Rows records;                    // in the order of their UIDs
  std::vector<Vanished> vanished;  // since the file was written anew
  std::string history;             // lines of those before, the youngest
  std::uint64_t floor = 0;         // the highest modseq that history has forgotten
  Stamp stamp;                     // the directories as they were when all in them stood here
  std::uint64_t looked = 0;        // seconds since 1970 when that was found
  Missed missed;
  // The first UID of messages that were put here by a session, and that no session was told of as recent (RFC
  // 3501 section 2.3.2); 0: there are none.
  std::uint32_t recent = 0;

  /// Lives until the next call.
  const Record* find(std::uint32_t uid) const;

 private:
  mutable Record found_;
};

// The longest line that is written or read, with its LF. A file name of 255 octets, all of them escaped, and
// keywords_limit keywords of keyword_limit octets fit.
constexpr std::size_t index_line_limit = 16 * 1024;

// A sorted part that is cut short takes the log along, and with it UIDs that were given out there.
constexpr std::uint32_t uids_in_a_lost_log = 1 << 20;

/// The first line, which stands there twice: everything else hangs on it. And how long the parts behind it
/// are, in octets and in this order.
struct Head {
  std::uint32_t validity = 0;
  std::uint64_t generation = 0;
  std::uint32_t uid_next = 1;  // when it was written, like modseq
  std::uint64_t modseq = 1;
  std::uint64_t object = 0;
  std::uint64_t floor = 0;
  std::uint64_t sets = 0;
  std::uint64_t rows = 0;
  std::uint64_t names = 0;
  std::uint64_t history = 0;
  std::size_t length = 0;  // of both lines
  bool damaged = false;    // one of them

  std::uint64_t log_begin() const { return length + sets + rows + names + history; }
};
constexpr std::size_t head_limit = 512;  // octets

std::string format_head(const Head& head);
/// Nothing: this is no index.
std::optional<Head> parse_head(std::string_view text);

/// The state before the log. `text` is the file up to log_begin(), or what there is of it; views into it stay
/// in the records. What is cut short is a damage.
IndexState begin_state(const Head& head, std::string_view text);

/// The whole file with all that the state holds in its sorted part and nothing but the directories' times in
/// the log, as `generation`.
std::string format_index(const IndexState& state, std::uint64_t generation);
/// The same in pieces that may be large, one behind the other.
std::vector<std::string> format_pieces(const IndexState& state, std::uint64_t generation);

std::string line_added(const Record& record);
std::string line_size(std::uint32_t uid, std::uint64_t size);
std::string line_date(std::uint32_t uid, std::uint64_t date);
std::string line_stamp(const Stamp& stamp, std::uint64_t looked);
std::string line_recent(std::uint32_t first_uid);
// As many lines as the set takes.
std::string lines_missed(const Missed& missed);
// Each of them takes the number after `modseq`, which goes up with it: who has read the first ones, while the
// others are still being written, is told by none of them that he knows all.
std::string lines_flags(const UidSet& uids, std::uint64_t& modseq, const Flags& flags);
std::string lines_removed(const UidSet& uids, std::uint64_t& modseq);
/// The files have other names now: "new", or "cur" and what stands behind their bases ("cur:2,S").
std::string lines_place(const UidSet& uids, std::string_view suffix, bool in_new);

/// Applies all whole lines and returns the bytes used; what follows the last LF is still being written,
/// unless it is longer than any line. A damaged line is counted, and uid_next skips what it may have held.
std::size_t apply_lines(std::string_view text, IndexState& state);

/// Counts `length` octets as damaged: uid_next and modseq go up by the lines that may have stood there.
void skip_damaged(std::size_t length, IndexState& state);

/// The UIDs that are gone of those that were there at `modseq` or have come since; more of those that were
/// gone before where the index has forgotten when they went.
UidSet vanished_since(const IndexState& state, std::uint64_t modseq);

}  // namespace maildir

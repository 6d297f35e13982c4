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

#include "maildir/flags.hpp"

namespace maildir {

struct Record {
  std::uint32_t uid = 0;
  std::uint64_t modseq = 0;
  std::uint64_t date = 0;             // IMAP's internal date, seconds since 1970
  std::optional<std::uint64_t> size;  // octets with CRLF line ends; nothing until somebody had to know
  Flags flags;
  std::string base;     // the file's name without `:2,FLAGS`
  std::string suffix;   // of the file's name when it was last seen (":2,FS"); not in the index
  bool in_new = false;  // likewise
};

struct IndexState {
  std::uint32_t validity = 0;    // UIDVALIDITY
  std::uint64_t generation = 0;  // counts the times the file was written anew
  std::uint32_t uid_next = 1;
  std::uint64_t modseq = 1;     // the highest in use
  std::size_t lines = 0;        // read so far
  std::size_t damaged = 0;      // of these
  std::vector<Record> records;  // in the order of their UIDs

  Record* find(std::uint32_t uid);
  const Record* find(std::uint32_t uid) const;
};

// The longest line that is written or read, with its LF. A file name of 255 octets, all of them escaped, and
// keywords_limit keywords of keyword_limit octets fit.
constexpr std::size_t index_line_limit = 16 * 1024;

/// The first line: UIDVALIDITY, generation, and UIDNEXT and the highest modseq of the time when it was
/// written. `parse_head` takes it off and starts the state, or says false: this is no index.
std::string format_head(std::uint32_t validity, std::uint64_t generation, std::uint32_t uid_next,
                        std::uint64_t modseq);
bool parse_head(std::string_view& text, IndexState& state);

std::string line_added(const Record& record);
std::string line_flags(const Record& record);
std::string line_size(const Record& record);
std::string line_removed(std::uint32_t uid, std::uint64_t modseq);

/// Applies all whole lines and returns the bytes used; what follows the last LF is still being written,
/// unless it is longer than any line. A damaged line is counted, and uid_next skips what it may have held.
std::size_t apply_lines(std::string_view text, IndexState& state);

/// Counts `length` octets as damaged: uid_next and modseq go up by the lines that may have stood there.
void skip_damaged(std::size_t length, IndexState& state);

}  // namespace maildir

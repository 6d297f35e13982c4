// The index of a folder as text; tubepost-index(5) describes it. Pure: every line stands for itself and ends
// with its CRC-32, so that a damaged line costs no more than itself.
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

constexpr std::size_t index_line_limit = 4096;

/// The first line: UIDVALIDITY, generation, and UIDNEXT and the highest modseq of the time when it was
/// written. `parse_head` takes it off and starts the state, or says false: this is no index.
std::string format_head(std::uint32_t validity, std::uint64_t generation, std::uint32_t uid_next,
                        std::uint64_t modseq);
bool parse_head(std::string_view& text, IndexState& state);

std::string line_added(const Record& record);
std::string line_flags(const Record& record);
std::string line_size(const Record& record);
std::string line_removed(std::uint32_t uid, std::uint64_t modseq);

/// Applies all whole lines and returns the bytes used; what follows the last LF is still being written. A
/// damaged line is counted and may have held a UID, so that uid_next goes up by one.
std::size_t apply_lines(std::string_view text, IndexState& state);

}  // namespace maildir

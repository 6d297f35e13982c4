// What the runner wrote behind a message's end mark: each attempt that failed, and what else it has to
// remember. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spool {

struct Note {
  std::uint64_t time = 0;  // seconds since 1970
  std::string address;     // as base::printable() writes it
  std::string event;       // "deferred", "failed", "part"
  std::string text;        // status and reason
  friend bool operator==(const Note&, const Note&) = default;
};

/// `1700000000 carol@other.test deferred 451 4.3.0 try later`; blanks within quotes belong to the address.
std::optional<Note> parse_note(std::string_view line);

/// Every line of the text that is one; others are left out.
std::vector<Note> parse_notes(std::string_view text);

/// The last attempt for the address that was deferred or failed; null: none.
const Note* last_note(const std::vector<Note>& notes, std::string_view address);

}  // namespace spool

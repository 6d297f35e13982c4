// The sorted part of an index file: rows of one width, so that the row of a message is found by counting,
// and the names they point at, a line each. It is looked at in place and never parsed as a whole. Pure;
// tubepost-index(5) describes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace maildir {

constexpr std::uint64_t unknown_size = UINT64_MAX;

/// One message, as cheap as can be: `place` lives as long as the index is not read again or changed.
struct Entry {
  std::uint32_t uid = 0;  // 0: the row is damaged, and the next refresh leaves it out
  std::uint64_t modseq = 0;
  std::uint64_t date = 0;   // IMAP's internal date, seconds since 1970; 0: nobody has asked the file yet
  std::uint64_t saved = 0;  // when the message came into this folder
  std::uint64_t size = unknown_size;  // octets with CRLF line ends
  std::uint64_t id = 0;               // the same for all copies of a message
  unsigned system = 0;                // Flag values
  std::uint32_t words = 0;            // which set of keywords
  std::string_view place;             // the file when it was seen last, as place_word() writes it

  bool in_new() const { return place.starts_with("new/"); }
};

// What a row can hold; larger ones are cut to it or, of sizes, unknown.
constexpr std::uint64_t largest_modseq = 9'999'999'999'999'999;
constexpr std::uint64_t largest_number = 9'999'999'999;

constexpr std::size_t place_limit = 4 + 3 * 255;  // octets of a name, all of them escaped

constexpr std::size_t row_width = 10 + 16 + 10 + 10 + 10 + 16 + 5 + 6 + 10 + 8 + 10;

/// Of one width: such texts are in the order of what they stand for.
std::string modseq_text(std::uint64_t modseq);

/// Appends the row to `rows` and the name to `names`.
void write_row(const Entry& entry, std::string& rows, std::string& names);

class Snapshot {
 public:
  Snapshot() = default;
  /// `rows` is a multiple of row_width.
  Snapshot(std::string_view rows, std::string_view names) : rows_(rows), names_(names) {}

  std::size_t size() const { return rows_.size() / row_width; }
  std::uint32_t uid(std::size_t row) const;
  /// Only its name; unchecked.
  std::string_view name(std::size_t row) const;
  /// Only its flags; unchecked.
  unsigned system(std::size_t row) const;
  /// Only its mod-sequence, as modseq_text() writes it; unchecked.
  std::string_view modseq_text(std::size_t row) const;
  /// The whole row; unchecked.
  Entry entry(std::size_t row) const;
  /// Whether the row's checksum, which is over its name too, fits.
  bool is_good(std::size_t row) const;

 private:
  std::string_view text(std::size_t row) const { return rows_.substr(row * row_width, row_width); }

  std::string_view rows_;
  std::string_view names_;
};

}  // namespace maildir

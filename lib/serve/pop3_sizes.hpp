// What the messages of a Maildir measure on the wire, where their names do not say it: the file
// `tubepost-pop3-sizes` remembers what reading them has shown. It may be removed at any time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace serve {

/// Bases, which are another's, and sizes.
using Sizes = std::vector<std::pair<std::string_view, std::uint64_t>>;

/// Pure: a line `CRC32 of the rest`, then `SIZE BASE` a line. A base with an LF is left out.
std::string format_sizes(const Sizes& sizes);

/// Nothing, unless it is whole. Looks into `text`.
Sizes parse_sizes(std::string_view text);

class Pop3Sizes {
 public:
  explicit Pop3Sizes(std::string maildir);
  Pop3Sizes(const Pop3Sizes&) = delete;
  Pop3Sizes& operator=(const Pop3Sizes&) = delete;

  /// Bases are asked for in ascending order, and added so.
  std::optional<std::uint64_t> find(std::string_view base);
  void add(std::string_view base, std::uint64_t size);

  /// For the next time: what was found or added. An error costs time alone, then.
  void keep();

 private:
  std::string maildir_;
  std::string text_;  // of the file
  Sizes known_;
  std::size_t next_ = 0;
  std::string current_;  // lines of what was found or added
  bool read_ = false;
  bool changed_ = false;
};

}  // namespace serve

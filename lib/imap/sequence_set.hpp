// Sets of sequence numbers or UIDs (RFC 3501 section 9, sequence-set).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace imap {

class SequenceSet {
 public:
  using Ranges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

  /// At most 10 000 ranges; Exit::data for anything that is no set. `$` is what the
  /// last SEARCH has saved (RFC 5182), which the caller knows.
  static base::Result<SequenceSet> parse(std::string_view text);

  /// Whether `number` is in it when `*` means `largest`. Logarithmic in time.
  bool contains(std::uint32_t number, std::uint32_t largest) const;

  bool is_saved() const { return saved_; }
  bool empty() const { return ranges_.empty() && !open_ && !saved_; }

  /// Whether it holds `*`, which in an empty mailbox means nothing.
  bool has_largest() const { return open_.has_value(); }

  /// Sorted ranges without overlap, `*` replaced.
  Ranges ranges(std::uint32_t largest) const;

 private:
  void put(std::uint32_t first, std::uint32_t last);

  Ranges ranges_;  // in order and apart
  std::optional<std::pair<std::uint32_t, std::uint32_t>>
      open_;  // the least and the greatest that stand with `*`
  bool saved_ = false;
};

/// Part of a result (RFC 9394): the first to the last of its messages, counted from 1 at its begin or its
/// end.
struct Window {
  std::uint32_t first = 1;
  std::uint32_t last = 1;
  bool from_end = false;

  /// The half-open range of places in a list of `size`.
  std::pair<std::size_t, std::size_t> places(std::size_t size) const;
};

/// `1:100` or `-1:-100`.
std::string format_window(const Window& window);

/// `1:3,7` of numbers in any order; as UIDPLUS answers.
std::string format_set(std::vector<std::uint32_t> numbers);

/// The same of what is in order already, without overlap.
std::string format_ranges(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& ranges);

}  // namespace imap

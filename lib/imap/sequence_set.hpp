// Sets of sequence numbers or UIDs (RFC 3501 section 9, sequence-set).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace imap {

class SequenceSet {
 public:
  /// At most 10 000 ranges; Exit::data for anything that is no set. 0 stands for `*` inside.
  static base::Result<SequenceSet> parse(std::string_view text);

  /// Whether `number` is in it when `*` means `largest`.
  bool contains(std::uint32_t number, std::uint32_t largest) const;

  /// Whether it holds `*`, which in an empty mailbox means nothing.
  bool has_largest() const;

  /// Sorted ranges without overlap, `*` replaced.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges(std::uint32_t largest) const;

 private:
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges_;
};

/// `1:3,7` of numbers in any order; as UIDPLUS answers.
std::string format_set(std::vector<std::uint32_t> numbers);

}  // namespace imap

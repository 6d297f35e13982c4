// What one look at a folder's directories has shown.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "maildir/folder.hpp"
#include "maildir/listing.hpp"
#include "maildir/sight.hpp"

namespace maildir {

struct Look {
  Listing listing;
  bool whole = true;  // cur/ was read too
  bool open = false;  // something could not be brought together
  UidSet gone;
  bool missed = false;                                         // messages were not found
  std::vector<std::size_t> fresh;                              // of the listing, not in the index
  std::vector<std::pair<std::uint32_t, std::size_t>> claimed;  // UIDs of those of them that have left new/
  std::vector<std::pair<std::uint32_t, std::size_t>> moved;    // UIDs whose file has another name, and which
  std::vector<std::uint32_t> behind;  // UIDs whose name is to follow, or to be claimed
  bool only_new = true;               // `behind` are all to be claimed
  std::uint64_t modseq = 0;           // that messages which are taken in get
  Compared compared;

  /// Only what was listed stays.
  void begin(const IndexState& index);
  void note_found(const Entry& entry, const Name& name, std::size_t at);
  void note_fresh(const std::vector<bool>& known);
  std::vector<std::pair<std::uint32_t, std::size_t>> touched() const;
};

}  // namespace maildir

// The messages that an operator means, one after the other as the folders give them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.hpp"
#include "spool/note.hpp"
#include "spool/selection.hpp"

namespace serve {

struct SpoolRow {
  spool::Entry entry;
  std::string_view state;     // "ready", "deferred", "held", or "active": somebody is at it
  std::uint64_t arrived = 0;  // seconds since 1970
  // Where a filter or the details needed it, and it could be read.
  std::shared_ptr<const spool::Envelope> envelope;
  std::vector<spool::Note> notes;  // with details only
};

struct SpoolSearch {
  std::string spool;
  spool::Selection selection;
  std::uint64_t now = 0;                      // seconds since 1970
  std::unordered_set<std::uint64_t> in_hand;  // inodes (spool::in_hand)
  bool details = false;                       // envelope and notes, too

  struct Outcome {
    std::size_t unread = 0;              // files of messages that could not be read
    std::optional<base::Error> trouble;  // with the first of them, or with a folder
    std::vector<std::string> unknown;    // ids that were named in full, and are not there
  };

  /// An error is the visitor's. What could not be read does not match a filter that would have to read it.
  base::Result<Outcome> each(const std::function<base::Result<void>(const SpoolRow&)>& visit) const;

 private:
  base::Result<void> look(SpoolRow& row, Outcome& outcome, bool& fits) const;
};

/// The one of that id, when it is there.
base::Result<std::optional<spool::Entry>> find_message(const std::string& spool, std::string_view id);

/// 0, or what became of the search: ids that are not there (66), files that could not be read; both are told
/// to the operator.
int report_search(const SpoolSearch::Outcome& outcome);

}  // namespace serve

// `spool list`: rows go out while the folders are still read.
#pragma once

#include <string>
#include <unordered_set>

#include "base/result.hpp"
#include "serve/spool_options.hpp"

namespace serve {

struct SpoolListing {
  SpoolOrder order;
  bool details = false;
  bool mailq = false;
  std::string sort = {};  // "due", "arrived", "destination"; empty: as they come, and nothing is held
  bool terminal = false;  // where it goes
  bool colours = false;
  std::unordered_set<std::uint64_t> in_hand = {};  // spool::in_hand
};

/// To fd 1. 0, or what report_search() says.
base::Result<int> list_spool(const SpoolListing& listing);

}  // namespace serve

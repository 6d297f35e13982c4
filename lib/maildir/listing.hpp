// What the directories of a folder hold right now, and how far that can be believed: a readdir that runs
// while another program renames may miss files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace maildir {

struct Seen {
  std::string base;
  std::string suffix;  // ":2,FS", or nothing
  bool in_new = false;
};

struct Stamp {
  std::uint64_t cur = 0;    // nanoseconds of the directories' last change
  std::uint64_t fresh = 0;  // of new/
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

struct Listing {
  std::vector<Seen> files;  // by base, none twice
  Stamp stamp;
  bool steady = false;  // nothing changed while it was read, nor in the clock tick before
};

base::Result<Stamp> stamp_of(const std::string& folder);

/// `now` in nanoseconds since 1970 by the file system's clock.
base::Result<Listing> list(const std::string& folder, std::uint64_t now);

}  // namespace maildir

// What the directories of a folder hold right now, and how far that can be believed: a readdir that runs
// while another program renames may miss files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "maildir/sight.hpp"

namespace maildir {

struct Seen {
  std::string_view base;
  std::string_view suffix;  // ":2,FS", ",U=7:2,FS", ",U=7" or nothing
  bool in_new = false;
};

/// Whether its name says that the message is deleted.
bool is_deleted(const Seen& seen);

/// Holds the names that its files look at.
struct Listing {
  std::vector<Seen> files;    // by base, none twice
  std::vector<Seen> doubles;  // likewise in order, others whose base is that of one of them
  Stamp stamp;
  std::uint64_t at = 0;  // when it was begun
  bool steady = false;   // nothing changed while it was read, nor in the clock tick before
  std::vector<std::unique_ptr<char[]>> names;
};

base::Result<Stamp> stamp_of(const std::string& folder);

/// `now` in nanoseconds since 1970 by the file system's clock, or by another that is wrong: `seen` is when
/// the directories had the times that they have.
base::Result<Listing> list(const std::string& folder, std::uint64_t now, const Sighting& seen = {});

/// Only what is in new/, and how far that can be believed.
base::Result<Listing> list_new(const std::string& folder, std::uint64_t now, const Sighting& seen = {});

/// Puts into `listing` what an earlier one has and it has not.
void take_missed(Listing& listing, Listing earlier);

/// The first of these, which are in order, whose base is not before that one.
std::vector<Seen>::const_iterator lower_bound(const std::vector<Seen>& files, std::string_view base);

/// Where the listing has the name; nullptr if nowhere.
const Seen* find_seen(const Listing& listing, std::string_view base);

}  // namespace maildir

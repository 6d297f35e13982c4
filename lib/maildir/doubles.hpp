// Files of one base: a copy of a Maildir that was brought in without a look at what is there leaves two names
// of one message, or of two. By its base alone a message is known, so that only one of them would be seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "maildir/listing.hpp"
#include "maildir/rows.hpp"

namespace maildir {

/// `to` is where the file at `from` is to go, and has its base. It goes where it is a copy, and gets a base
/// of its own where it is not. True: both are one file, and that is there now. Exit::data: no base is left.
base::Result<bool> make_room(const std::string& from, const std::string& to);

/// Of several names that a message has, the index's own is the one it is known by, unless that alone says
/// that it is deleted. `known`: of a base that the listing has.
void prefer(Listing& listing, const Name& known);

/// The same with the doubles of a listing that was at rest, at most so many; returns how many. Two names of
/// one file and copies stay for a while: another program may be about to take the first of them away. `now`:
/// seconds since 1970.
std::size_t part_doubles(const std::string& folder, const Listing& listing, std::size_t most,
                         std::uint64_t now);

/// For who has no index, under the folder's lock where that is free: the file that an index has stays the
/// message that it is. Whether the listing is another now.
bool part_doubles(const std::string& folder, Listing& listing, std::uint64_t now);

}  // namespace maildir

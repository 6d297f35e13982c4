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

/// `to` is where the file `from` is to go, and has its base. It goes where it is a copy or another name of
/// it, and gets a base of its own where it is not. False: another program may be about to take one of the two
/// away, and both stay for a while. `now`: seconds since 1970.
base::Result<bool> make_room(const std::string& folder, const Seen& from, const Seen& to, std::uint64_t now);

/// Puts the name that the index has first, where it is one of several that have its base. False: it is not.
bool prefer(Listing& listing, const Name& known);

/// The same as make_room() with the doubles of a listing that was at rest, at most so many; returns how many.
/// What is first keeps its name, unless that alone says that the message is deleted.
std::size_t part_doubles(const std::string& folder, const Listing& listing, std::size_t most,
                         std::uint64_t now);

/// For who has no index, under the folder's lock where that is free: the file that an index has stays the
/// message that it is, and where none has one, the older. Whether the listing is another now.
bool part_doubles(const std::string& folder, Listing& listing, std::uint64_t now);

}  // namespace maildir

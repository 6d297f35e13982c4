// Looking at the queue without holding it: a million messages pass by one after the other.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "spool/queue.hpp"

namespace spool {

/// Called with each message in the order in which the folders give their names, and the inode's number; an
/// error ends the walk. One that is renamed meanwhile may come twice or not at all.
using Visit = std::function<base::Result<void>(const Entry& entry, std::uint64_t inode)>;

/// Goes through these `folders` of the queue ("0123456789abcdef": all). A folder that cannot be read does not
/// keep it from the others: then the first such error is returned at the end. Names that are none, and those
/// in a folder that is not theirs, are left out.
base::Result<void> walk(const std::string& spool, std::string_view folders, const Visit& visit);

}  // namespace spool

// Which messages are being written or delivered at this moment, as the kernel's list of locks has it. To try
// the locks themselves would get into the way of those who hold them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

namespace spool {

/// The inodes of files under lock on the device `major`:`minor`; `text` is that of /proc/locks. Lines that
/// mean anything else are left out. Pure.
std::unordered_set<std::uint64_t> locked_inodes(std::string_view text, unsigned major, unsigned minor);

/// The same for the spool's disk. Empty where the kernel does not say: it is only good for being shown.
std::unordered_set<std::uint64_t> in_hand(const std::string& spool);

}  // namespace spool

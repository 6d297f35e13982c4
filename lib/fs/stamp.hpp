// Which file it is, and whether it is as it was.
#pragma once

#include <cstdint>
#include <string>

namespace fs {

/// Equal as long as nobody has put another file in its place or written to it, as far as the clock of the
/// file system is fine enough.
struct Stamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  friend bool operator==(const Stamp&, const Stamp&) = default;
};

/// Of what a link leads to; all 0: there is none, or none that can be seen.
Stamp stamp_of(const std::string& path);

/// Whether two descriptors are open on one file, or are one socket.
bool same_file(int one, int other);

/// Whether it is the file that stands at `path`, which no link may do for it: nobody has removed it, nor put
/// another in its place.
bool bears_name(int file, const std::string& path);

}  // namespace fs

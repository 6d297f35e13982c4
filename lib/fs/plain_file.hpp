// Whole files that somebody else may have put there, or could read or write: looked at and read by one
// descriptor, so that what was looked at is what is read.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "fs/fd.hpp"

namespace fs {

/// To be read: a file with none of the bits `never` in its mode. Nothing else than a plain file is waited
/// for. Exit::configuration: there is one of the bits; data: it is no plain file; otherwise as open() says.
base::Result<Fd> open_plain(const std::string& path, mode_t never = 0);

/// All of it; more than `limit` octets is Exit::data.
base::Result<std::string> read_plain(const std::string& path, std::size_t limit, mode_t never = 0);

/// The same of a file that says what this host does, which not everybody may write: Exit::configuration for
/// whatever it is and must not be. /dev/null is an empty one.
base::Result<std::string> read_trusted(const std::string& path, std::size_t limit);

}  // namespace fs

// Whole files that somebody else may have put there, or could read: looked at and read by one descriptor, so
// that what was looked at is what is read.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace fs {

/// At most `limit` octets of a file with none of the bits `never` in its mode. Nothing else than a plain file
/// is waited for. Exit::not_permitted: there is one of the bits; data: it is no plain file, or longer;
/// otherwise as open() says.
base::Result<std::string> read_plain(const std::string& path, std::size_t limit, mode_t never = 0);

}  // namespace fs

// Randomness that nobody can guess.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace fs {

/// At most 256 octets. Exit::os: the kernel has none.
base::Result<std::string> random_octets(std::size_t size);

base::Result<std::uint64_t> random_number();

}  // namespace fs

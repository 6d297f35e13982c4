// The file of a message, read from where the descriptor stands, and as it goes over the wire: with CRLF line
// ends. LF alone becomes CR LF; what has its CR already keeps it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace maildir {

/// Once, as it stands there; 0: the end.
base::Result<std::size_t> read_some(int file, char* into, std::size_t most);

/// As it stands there: until the end of the file, or until `use` says false. No chunk is empty.
base::Result<void> each_chunk(int file, const std::function<base::Result<bool>(std::string_view)>& use);

/// How long it is on the wire.
base::Result<std::uint64_t> count_wire(int file);

/// All of it, for the wire.
base::Result<std::string> read_wire(int file);

/// Up to the empty line and with it, for the wire; what else was read is read for nothing.
base::Result<std::string> read_header(int file);

}  // namespace maildir

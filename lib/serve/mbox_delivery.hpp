// A message into an mbox file, as the user that this process is: From_ line, From-quoting by mboxrd, an empty
// line behind it; locked against other programs by fcntl(2) and, where the directory lets it, by `FILE.lock`.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "serve/letter.hpp"

namespace serve {

/// On disk when it returns; after an error the file is as long as it was. Makes the file (mode 0600) in a
/// directory that exists. Exit::temporary: somebody else holds the lock for longer than half a minute, or the
/// path is no file of this user's alone: a link, with another name too, a device, another owner. /dev/null
/// takes everything. `now`: seconds since 1970, for the From_ line.
base::Result<void> deliver_to_mbox(const std::string& path, const Letter& letter, std::uint64_t now);

}  // namespace serve

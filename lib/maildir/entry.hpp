// What in new/ and cur/ may be a message: regular files. Anything else there was put by somebody who wants a
// reader to wait for ever, or to read what is not his.
#pragma once

#include <dirent.h>

#include <string>

#include "base/result.hpp"
#include "fs/fd.hpp"

namespace maildir {

/// Whether `item`, just read from `directory`, is a regular file whose name can be a message's.
bool is_message(DIR* directory, const dirent& item);

/// For reading; never waits. Exit::no_input: nothing is there; Exit::data: it is no regular file.
base::Result<fs::Fd> open_file(const std::string& path);

/// All of one of the other files of a Maildir, likewise. Exit::data: it is longer than `limit`.
base::Result<std::string> read_file(const std::string& path, std::size_t limit);

}  // namespace maildir

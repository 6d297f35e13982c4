// Reading what is too large to hold: files and standard input, a piece at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "fs/fd.hpp"

namespace fs {

/// read(2) of at most `limit` bytes into `buffer`, which becomes what came; empty at the end,
/// and with an error.
base::Result<void> read_some(int descriptor, std::string& buffer, std::size_t limit, std::string_view what);

/// Hands over what the descriptor gives until its end, in pieces of at most 128 KiB; ends with the sink's
/// error.
base::Result<void> each_chunk(int descriptor, std::string_view what,
                              const std::function<base::Result<void>(std::string_view)>& sink);

/// The same over files, one behind the other; "-" and an empty list mean standard input.
base::Result<void> each_chunk(std::span<const std::string> paths,
                              const std::function<base::Result<void>(std::string_view)>& sink);

/// A file without a name in $TMPDIR or /tmp, open for reading and writing; it goes with its descriptor.
base::Result<Fd> temporary_file();

/// A file, or standard input for "-", that can be read again from its start: what is no plain file is copied
/// to one without a name. Exit::no_input for a directory.
base::Result<Fd> open_twice(const std::string& path);

struct NewFile {
  Fd file;
  std::string name;
};

/// Creates the first of name(1), name(2), … that does not exist yet, mode 0600; never follows a link.
base::Result<NewFile> create_unused(int directory, const std::function<std::string(unsigned)>& name);

/// close(2): where file systems over a network say that what was written is lost.
base::Result<void> close(Fd file, std::string_view what);

}  // namespace fs

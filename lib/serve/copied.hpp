// A message for a program that reads it from a file: from a pipe, half of it would look whole, were the
// process that writes it killed.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.hpp"
#include "fs/fd.hpp"

namespace serve {

using UsePiece = std::function<base::Result<void>(std::string_view)>;

/// What `each_piece` hands on, in a file without a name that is read from its beginning.
base::Result<fs::Fd> copied(const std::function<base::Result<void>(const UsePiece&)>& each_piece);

}  // namespace serve

#include "serve/copied.hpp"

#include <unistd.h>

#include "fs/stream.hpp"

namespace serve {

base::Result<fs::Fd> copied(const std::function<base::Result<void>(const UsePiece&)>& each_piece) {
  TRY_ASSIGN(auto out, fs::temporary_file());
  TRY(each_piece([&](std::string_view piece) { return fs::write_all(out.get(), piece); }));
  if (lseek(out.get(), 0, SEEK_SET) != 0) return base::system_error("copy of a message");
  return out;
}

}  // namespace serve

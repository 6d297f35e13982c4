#include "proc/open_files.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace proc {

std::size_t allow_files(std::size_t most) {
  rlimit files = {};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
  const auto wanted = std::min<rlim_t>(files.rlim_max, most);
  if (wanted <= files.rlim_cur) return files.rlim_cur;
  const rlimit more = {wanted, files.rlim_max};
  return setrlimit(RLIMIT_NOFILE, &more) == 0 ? wanted : files.rlim_cur;
}

}  // namespace proc

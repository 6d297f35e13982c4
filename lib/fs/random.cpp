#include "fs/random.hpp"

#include <unistd.h>

namespace fs {

base::Result<std::string> random_octets(std::size_t size) {
  std::string out(size, '\0');
  if (getentropy(out.data(), out.size()) != 0) return base::system_error("randomness");
  return out;
}

base::Result<std::uint64_t> random_number() {
  std::uint64_t out = 0;
  if (getentropy(&out, sizeof out) != 0) return base::system_error("randomness");
  return out;
}

}  // namespace fs

#include "maildir/object_id.hpp"

namespace maildir {

std::uint64_t object_id(std::string_view base) {
  // FNV-1a, and a last stirring so that all bits depend on all octets.
  std::uint64_t out = UINT64_C(14695981039346656037);
  for (const char c : base) out = (out ^ static_cast<unsigned char>(c)) * UINT64_C(1099511628211);
  out ^= out >> 33;
  out *= UINT64_C(0xff51afd7ed558ccd);
  return out ^ out >> 33;
}

}  // namespace maildir

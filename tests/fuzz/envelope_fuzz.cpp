// Any bytes may stand in a spool file: the parser refuses or reads them, and what it reads it can write
// again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "spool/envelope.hpp"
#include "spool/queue.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)spool::parse_file_name(text);
  const auto envelope = spool::parse(text);
  if (!envelope) return 0;
  if (envelope->body_offset > size || envelope->recipients.empty()) std::abort();
  if (const auto again = spool::format(*envelope); again && !spool::parse(*again)) std::abort();
  return 0;
}

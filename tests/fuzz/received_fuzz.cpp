// Whatever a trace field holds: the defects lie inside it, an address is one, and what it says came from it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/ascii.hpp"
#include "header/received.hpp"
#include "header/trace_comment.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  base::Defects defects;
  const auto out = header::parse_received(text, &defects);
  for (const auto& one : defects.list()) {
    if (one.offset > size) std::abort();
  }
  if (!out.ip.empty() && !header::is_ip_address(out.ip)) std::abort();
  for (const auto* part :
       {&out.from, &out.by, &out.via, &out.id, &out.for_, &out.helo, &out.host, &out.ident, &out.cipher}) {
    if (part->size() > size) std::abort();
    // Nothing is made up: each octet stands in the text.
    if (std::any_of(part->begin(), part->end(), [&](char c) { return text.find(c) == text.npos; }))
      std::abort();
  }
  if (!out.protocol.empty() && out.with.empty()) std::abort();
  if (out.date && text.find(';') == text.npos) std::abort();
  return 0;
}

// Any text as the file of sizes: what is taken comes back as it is written.
#include <cstdint>
#include <cstdlib>

#include "serve/pop3_sizes.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto sizes = serve::parse_sizes(text);
  if (!sizes.empty() && serve::parse_sizes(serve::format_sizes(sizes)) != sizes) std::abort();
  // Behind a sum that is right, which chance does not find.
  const auto whole = serve::format_sizes({{text.substr(0, text.find('\n')), size}});
  const auto inner = serve::parse_sizes(whole);
  if (inner.size() != 1 || inner[0].second != size) std::abort();
  return 0;
}

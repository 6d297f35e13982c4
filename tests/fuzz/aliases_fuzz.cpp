// Any text as an aliases file: an error names a line, and every target that is taken can be written again.
#include <cstdint>
#include <cstdlib>

#include "smtp/aliases.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto include = [](const std::string&) -> base::Result<std::string> {
    return std::string("alice, bob@far.test\n");
  };
  const auto aliases = smtp::Aliases::parse(text, "a", include);
  if (!aliases && aliases.error().code != base::Exit::configuration) std::abort();
  const auto target = smtp::parse_target(text);
  if (!target) return 0;
  const auto again = smtp::parse_target(smtp::to_string(*target));
  if (!again || smtp::to_string(*again) != smtp::to_string(*target)) std::abort();
  return 0;
}

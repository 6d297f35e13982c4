// Any text as the settings of mailing lists: an error names a line, and no value can break a header field.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/ascii.hpp"
#include "smtp/lists.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto lists = smtp::Lists::parse(text, "l");
  if (!lists) {
    if (lists.error().code != base::Exit::configuration || !lists.error().what.starts_with("l:"))
      std::abort();
    return 0;
  }
  const auto& list = lists->find("team");
  for (const auto* value : {&list.description, &list.help, &list.subscribe, &list.unsubscribe, &list.archive})
    if (std::any_of(value->begin(), value->end(), base::is_control)) std::abort();
  return 0;
}

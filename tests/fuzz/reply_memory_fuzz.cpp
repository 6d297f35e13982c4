// Any text as the record of who has been answered: what is written is read as the same.
#include <cstdint>
#include <cstdlib>

#include "serve/reply_memory.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto memory = serve::ReplyMemory::parse(text);
  memory.add(text, 1000, 10);
  if (!memory.knows(text, 1000, 10)) std::abort();
  const auto written = memory.text();
  auto again = serve::ReplyMemory::parse(written);
  if (again.text() != written || !again.knows(text, 1000, 10)) std::abort();
  return 0;
}

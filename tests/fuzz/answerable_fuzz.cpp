// Any text as a header and as a sender: a message that is answered has nothing in it that forbids it.
#include <cstdint>
#include <cstdlib>

#include "header/answerable.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!header::why_not_answer_sender(text) && text.find('@') == std::string_view::npos) std::abort();
  const auto fields = header::parse_fields(text);
  for (const auto& one : header::named_recipients(fields))
    if (one.kind != header::Address::Kind::mailbox) std::abort();
  if (!header::why_not_answer(fields) && header::find(fields, "List-Id") != nullptr) std::abort();
  return 0;
}

// Any text as the header that is answered and as the file of who is away: the answer has the fields it is to
// have, each once, and goes to nobody else.
#include <cstdint>
#include <cstdlib>

#include "base/ascii.hpp"
#include "mime/auto_reply.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = mime::parse_reply_file(text);
  mime::AutoReply reply;
  reply.from = "bob@example.test";
  reply.to = "a@b.test";
  reply.message_id = "u@mx.test";
  reply.subject = file.subject;
  reply.text = file.text;
  const auto answer = mime::auto_reply(reply, header::parse_fields(text));
  if (!answer) return 0;
  constexpr std::string_view names[] = {"from",
                                        "to",
                                        "subject",
                                        "date",
                                        "message-id",
                                        "in-reply-to",
                                        "references",
                                        "precedence",
                                        "auto-submitted",
                                        "mime-version",
                                        "content-type",
                                        "x-auto-response-suppress",
                                        "content-transfer-encoding"};
  std::size_t seen = 0;
  for (const auto& field : header::parse_fields(*answer)) {
    std::size_t at = 0;
    while (at < std::size(names) && !base::iequals(names[at], field.name)) ++at;
    if (at == std::size(names) || (seen >> at & 1) != 0) std::abort();
    seen |= std::size_t{1} << at;
  }
  return 0;
}

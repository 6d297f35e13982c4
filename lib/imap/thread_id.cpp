#include "imap/thread_id.hpp"

#include "codec/sha256.hpp"
#include "header/field.hpp"
#include "header/message_id.hpp"

namespace imap {

std::string thread_id(std::string_view header) {
  constexpr std::size_t digits = 32;
  const auto fields = header::parse_fields(header);
  for (const char* name : {"References", "In-Reply-To", "Message-ID"}) {
    const auto* field = header::find(fields, name);
    const auto ids =
        field == nullptr ? std::vector<std::string>() : header::parse_message_ids(field->body, nullptr, 1);
    if (ids.empty()) continue;
    codec::Sha256 hash;
    hash.update(ids.front());
    return "T" + hash.finish().substr(0, digits);
  }
  return {};
}

}  // namespace imap

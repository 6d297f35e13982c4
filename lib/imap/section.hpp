// The bytes of a BODY[...] section (RFC 3501 section 6.4.5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "imap/fetch_item.hpp"
#include "mime/entity.hpp"

namespace imap {

/// Whether the header alone is enough for it.
bool needs_only_header(const Section& section);

/// `root` may be nullptr for sections without a part number. The text points into `text` or into `store`,
/// which holds what had to be put together. Nothing: there is no such part.
std::optional<std::string_view> find_section(std::string_view text, const mime::Entity* root,
                                             const Section& section, std::string& store);

/// The part of it that `partial` asks for; empty when it starts behind the end.
std::string_view cut(std::string_view section, const std::optional<Partial>& partial);

/// A part without its transfer encoding (RFC 3516).
struct DecodedPart {
  std::string octets;
};

/// An empty number: the message as it is. Nothing: there is no such part. Exit::protocol: its encoding is not
/// known.
base::Result<std::optional<DecodedPart>> decode_part(std::string_view text, const mime::Entity& root,
                                                     std::string_view number);

}  // namespace imap

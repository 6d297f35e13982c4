// The bytes of a BODY[...] section (RFC 3501 section 6.4.5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

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

}  // namespace imap

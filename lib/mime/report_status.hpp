// The part of a delivery report that programs read: message/delivery-status (RFC 3464 section 2), or
// message/global-delivery-status (RFC 6533 section 4.1). Pure.
#pragma once

#include <string>
#include <string_view>

#include "mime/report.hpp"

namespace mime {

/// Whether a reason is a host's reply with its code, and not what we say of a connection to it, which may
/// begin with an address.
bool is_reply(std::string_view reason);

/// Whether its fields lose something in ASCII.
bool status_needs_utf8(const Report& report);

/// The fields. Without `global` in ASCII alone: other characters of addresses as \x{HEX} (RFC 6533 section
/// 3), of a host's words as question marks.
std::string delivery_status(const Report& report, bool global);

}  // namespace mime

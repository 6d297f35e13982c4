// What a mailbox is for (RFC 6154).
#pragma once

#include <string_view>

namespace imap {

/// `\Sent` as RFC 6154 writes it, for a name in any case; empty: no mailbox can be given that.
std::string_view known_use(std::string_view name);

/// What a mailbox of that name is for when nobody has said it of any; empty: nothing.
std::string_view usual_use(std::string_view mailbox);

}  // namespace imap

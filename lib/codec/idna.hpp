// Domain names in any script (IDNA 2008, RFC 5891).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace codec {

/// The ASCII form ("xn--...") of a name in UTF-8, in lower case. Exit::data: it is no domain name, or longer
/// than 255 octets.
base::Result<std::string> idna_to_ascii(std::string_view domain);

/// The same for a name in a file of the site: one in ASCII is as it is, in lower case, and a dot may stand in
/// front. Exit::data also for what could never be a name: blanks, control characters, other signs than - . _
/// : [ ].
base::Result<std::string> idna_pattern(std::string_view domain);

}  // namespace codec

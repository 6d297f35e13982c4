// APOP (RFC 1939 section 7) can only be checked by one who holds the password itself: the secrets stand in
// a file of their own, `NAME:SECRET` a line, beside the users file, which goes on to hold nothing but hashes.
// A user need not be in it, and his secret there need not be his password.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace auth {

/// Pure. `text`: of such a file; lines with # are comments, and end with LF or CR LF. `proof`: the timestamp,
/// a blank, and the digest in hexadecimal digits of lower case. A name is found in any case; one that is not
/// there costs the same time.
bool proves_apop(std::string_view text, std::string_view name, std::string_view proof);

/// The same by the file at `path`. Exit::temporary: it cannot be read, others than its owner may read it, or
/// it is not whole (base/lines.hpp).
base::Result<bool> verify_apop(const std::string& path, std::string_view name, std::string_view proof);

}  // namespace auth

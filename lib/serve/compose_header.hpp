// The header of a message that is built from options.
#pragma once

#include <string>

#include "base/result.hpp"
#include "proc/options.hpp"

namespace serve {

/// Date, From, To, Cc, Bcc, Subject and Message-ID from the options of these names, and the fields that
/// `header` gives, which replace them. `random` makes the Message-ID one of its kind, unless `date` and
/// `boundary` are given: then it depends on the options alone. With `utf8` all of it
/// stands as it is (RFC 6532), also in addresses. Exit::usage: a field that is none, is given
/// twice, or belongs to the MIME structure; Exit::data: one that cannot be written.
base::Result<std::string> compose_header(const proc::Options& given, const std::string& random);

}  // namespace serve

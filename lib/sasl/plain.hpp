// SASL PLAIN (RFC 4616): one message, `authzid NUL authcid NUL password`, in base64. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sasl {

struct Credentials {
  std::string name;
  std::string password;
};

constexpr std::size_t plain_limit = 1024;  // octets of base64

/// Exit::data: this is not base64, not PLAIN, or longer than plain_limit. Exit::not_permitted: it asks to act
/// as somebody else.
base::Result<Credentials> decode_plain(std::string_view base64);

/// The same for what was decoded already, of any length.
base::Result<Credentials> parse_plain(std::string_view text);

}  // namespace sasl

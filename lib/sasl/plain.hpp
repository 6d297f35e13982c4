// SASL PLAIN (RFC 4616): one message, `authzid NUL authcid NUL password`. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sasl {

struct Credentials {
  std::string name;
  std::string password;
};

/// `text` is decoded. Exit::data: it is not PLAIN. Exit::not_permitted: it asks to act as somebody else.
base::Result<Credentials> parse_plain(std::string_view text);

}  // namespace sasl

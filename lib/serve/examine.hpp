// Everything that can be told of one part: all its defects, its size, its digest.
#pragma once

#include <string>

#include "serve/decode.hpp"

namespace serve {

struct Examined {
  Decoded decoded;     // its defects are all that the part itself has, in the order of their offsets
  std::string sha256;  // of the decoded octets in hexadecimal digits; empty for a part that holds others
};

Examined examine(const Message& message, const mime::PartView& part);

}  // namespace serve

// What the server says (RFC 5321 section 4.2) with the enhanced code of RFC 2034.
#pragma once

#include <string>
#include <vector>

namespace smtp {

struct Reply {
  int code = 0;
  std::string enhanced;            // "5.1.1"; empty where RFC 2034 section 4 wants none
  std::vector<std::string> lines;  // at least one
};

/// With CRLF after every line; control characters of a line are escaped, so that no text can forge a reply.
std::string to_wire(const Reply& reply);

}  // namespace smtp

#include "smtp/reply.hpp"

#include "base/ascii.hpp"

namespace smtp {

std::string to_wire(const Reply& reply) {
  std::string out;
  for (std::size_t i = 0; i < reply.lines.size(); ++i) {
    out += std::to_string(reply.code) + (i + 1 < reply.lines.size() ? "-" : " ");
    if (!reply.enhanced.empty()) out += reply.enhanced + " ";
    out += base::printable(reply.lines[i], 400) + "\r\n";
  }
  return out;
}

}  // namespace smtp

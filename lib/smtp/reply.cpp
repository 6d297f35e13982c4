#include "smtp/reply.hpp"

#include "base/ascii.hpp"

namespace smtp {

namespace {

constexpr std::size_t line_limit = 400;
constexpr std::size_t challenge_limit = 12'288;  // RFC 4954 section 4

}  // namespace

std::string to_wire(const Reply& reply) {
  std::string out;
  for (std::size_t i = 0; i < reply.lines.size(); ++i) {
    out += std::to_string(reply.code) + (i + 1 < reply.lines.size() ? "-" : " ");
    if (!reply.enhanced.empty()) out += reply.enhanced + " ";
    out += base::printable(reply.lines[i], reply.code == 334 ? challenge_limit : line_limit) + "\r\n";
  }
  return out;
}

}  // namespace smtp

#include "smtp/chunk.hpp"

#include "base/line_ends.hpp"

namespace smtp {

void ChunkReader::update(std::string_view octets, std::string& out) {
  while (!octets.empty()) {
    if (carriage_return_) {
      carriage_return_ = false;
      if (octets.front() == '\n') {
        out += '\n';
        column_ = 0;
        octets.remove_prefix(1);
        continue;
      }
      bare_ = true;
    }
    const auto run = octets.substr(0, base::find_line_end(octets));
    out += run;
    column_ += run.size();
    too_long_ = too_long_ || column_ > line_limit_;
    octets.remove_prefix(run.size());
    if (octets.empty()) return;
    carriage_return_ = octets.front() == '\r';
    bare_ = bare_ || !carriage_return_;
    octets.remove_prefix(1);
  }
}

void ChunkReader::finish(std::string& out) {
  bare_ = bare_ || carriage_return_;
  if (column_ > 0) out += '\n';
}

}  // namespace smtp

#include "mime/uuencoded.hpp"

#include <algorithm>

#include "codec/uu.hpp"

namespace mime {

namespace {

constexpr std::size_t line_limit = 1000;  // of a begin line; the rest of a longer name is cut

/// Takes a line off `text`, its end not part of it.
std::string_view take_line(std::string_view text, std::size_t& at) {
  const auto end = std::min(text.find('\n', at), text.size());
  auto line = text.substr(at, end - at);
  at = std::min(end + 1, text.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// From behind a begin line on: moves `end` behind what belongs to the file. False: nothing does.
bool take_data(std::string_view body, UuFile& file) {
  std::size_t at = file.end;
  bool any = false;
  while (at < body.size()) {
    const auto line = take_line(body, at);
    file.complete = line == "end";
    if (!file.complete && !codec::is_uu_line(line)) return any;
    any = true;
    file.end = at;
    if (file.complete) return true;
  }
  return any;
}

}  // namespace

std::vector<UuFile> find_uuencoded(std::string_view body, std::size_t limit) {
  constexpr std::string_view begin = "begin ";
  std::vector<UuFile> out;
  for (std::size_t at = 0; out.size() < limit;) {
    const auto found = body.find(begin, at);
    if (found == body.npos) break;
    at = found + begin.size();
    if (found > 0 && body[found - 1] != '\n') continue;
    UuFile file{found, found, {}, false};
    const auto given = codec::parse_uu_begin(take_line(body, file.end).substr(0, line_limit));
    if (!given || given->base64 || !take_data(body, file)) continue;
    file.name = given->name;
    at = file.end;
    out.push_back(std::move(file));
  }
  return out;
}

}  // namespace mime

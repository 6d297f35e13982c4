#include "serve/filter_request.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace serve {

std::string whole_address(const std::string& recipient, const std::string& hostname) {
  return recipient.find('@') == std::string::npos ? recipient + "@" + hostname : recipient;
}

base::Result<std::string> to_request(const FilterEnvelope& envelope) {
  std::vector<std::string> lines = {envelope.sender, envelope.address, envelope.user,
                                    envelope.helo,   envelope.id,      envelope.host};
  lines.insert(lines.end(), envelope.recipients.begin(), envelope.recipients.end());
  for (const auto& line : lines) {
    if (line.find_first_of(std::string_view("\n\0", 2)) != std::string::npos)
      return base::fail(base::Exit::data, "an envelope that no filter can be told of");
  }
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  if (out.size() <= filter_request_limit) return out;
  return base::fail(base::Exit::data, "more recipients than a filter can be told of");
}

base::Result<FilterEnvelope> parse_request(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos || text.find('\0') != std::string_view::npos)
      return base::fail(base::Exit::protocol, "filters: a request that is none");
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (lines.size() < 7) return base::fail(base::Exit::protocol, "filters: a request that is not whole");
  return FilterEnvelope{lines[0], {lines.begin() + 6, lines.end()}, lines[1], lines[2], lines[3], lines[4],
                        lines[5]};
}

std::string to_reason(std::string_view text) {
  auto out = std::string(base::trim(text.substr(0, text.find('\n')))).substr(0, filter_reason_limit);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return base::is_control(c) || base::is_8bit(c); }, '?');
  return out;
}

base::Result<std::string> FilteredText::update(std::string_view piece) {
  if (piece.find('\0') != piece.npos) return base::fail(base::Exit::data, "a filter has written a NUL");
  std::string out;
  out.reserve(piece.size());
  for (const char c : piece) {
    if (cr_ && c != '\n') return base::fail(base::Exit::data, "a filter has written a bare CR");
    cr_ = c == '\r';
    if (cr_) continue;
    length_ = c == '\n' ? 0 : length_ + 1;
    if (length_ > longest_) return base::fail(base::Exit::data, "a filter has written a line too long");
    out += c;
  }
  return out;
}

base::Result<void> FilteredText::finish() const {
  return cr_ ? base::Result<void>(base::fail(base::Exit::data, "a filter has written a bare CR"))
             : base::Result<void>();
}

}  // namespace serve

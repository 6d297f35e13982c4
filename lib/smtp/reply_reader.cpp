#include "smtp/reply_reader.hpp"

#include <utility>

#include "base/ascii.hpp"
#include "base/scanner.hpp"

namespace smtp {

namespace {

constexpr std::size_t lines_limit = 200;

/// `5.1.1 ` at the start: class, subject and detail of at most three digits (RFC 3463 section 2).
std::string_view enhanced_code(std::string_view text, int code) {
  base::Scanner in(text);
  const auto kind = in.take_while(base::is_digit);
  if (kind.size() != 1 || kind[0] != '0' + code / 100) return {};
  for (int i = 0; i < 2; ++i) {
    if (!in.take('.')) return {};
    const auto digits = in.take_while(base::is_digit);
    if (digits.empty() || digits.size() > 3) return {};
  }
  return in.done() || in.peek() == ' ' ? text.substr(0, in.offset()) : std::string_view();
}

}  // namespace

std::string ServerReply::text() const {
  std::string out = std::to_string(code) + (enhanced.empty() ? "" : " " + enhanced);
  for (const auto& line : lines) {
    if (!line.empty()) out += " " + line;
  }
  return out;
}

ReplyReader::State ReplyReader::line(std::string_view text) {
  const auto code = text.size() < 3 ? std::nullopt : base::parse_number(text.substr(0, 3), 599);
  const char mark = text.size() > 3 ? text[3] : ' ';
  const bool same = code && (reply_.code == 0 || reply_.code == static_cast<int>(*code));
  if (!same || *code < 200 || (mark != ' ' && mark != '-') || reply_.lines.size() >= lines_limit)
    return State::wrong;
  reply_.code = static_cast<int>(*code);
  auto rest = text.substr(std::min<std::size_t>(4, text.size()));
  if (const auto enhanced = enhanced_code(rest, reply_.code); !enhanced.empty()) {
    reply_.enhanced = enhanced;
    rest.remove_prefix(enhanced.size());
  }
  reply_.lines.push_back(base::printable(base::trim(rest), 500));
  return mark == '-' ? State::more : State::complete;
}

ServerReply ReplyReader::take() {
  return std::exchange(reply_, {});
}

}  // namespace smtp

#include "mime/transfer.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace mime {

namespace {

constexpr std::size_t line_limit = 998;  // RFC 5322 section 2.1.1
/// Of each line: a boundary is shorter, with its dashes and the digits of nested ones.
constexpr std::size_t start_limit = 80;

enum Kind : std::uint8_t { plain = 0, high = 1, control = 2, carriage_return = 4, equals = 8 };

constexpr auto make_kinds() {
  std::array<std::uint8_t, 256> out{};
  for (std::size_t c = 0; c < out.size(); ++c) out[c] = c > 127 ? high : c < 32 || c == 127 ? control : plain;
  // Tab, form feed, escape (ISO 2022) and backspace occur in text.
  for (const char c : {'\t', '\n', '\f', '\x1B', '\b'}) out[static_cast<unsigned char>(c)] = plain;
  out['\r'] = carriage_return;
  out['='] = equals;
  return out;
}
constexpr auto kinds = make_kinds();

/// At most eight octets, blanks behind them.
std::uint64_t word_of(std::string_view octets) {
  std::uint64_t out = 0x2020202020202020;
  // A constant length is one instruction.
  if (octets.size() == sizeof out) {
    std::memcpy(&out, octets.data(), sizeof out);
  } else {
    std::memcpy(&out, octets.data(), octets.size());
  }
  return out;
}

/// Whether eight octets are all plain, and none of them below 32. May say no where they are.
bool all_plain(std::uint64_t word) {
  constexpr std::uint64_t each = 0x0101010101010101;
  const auto below = [](std::uint64_t octets, std::uint64_t limit) {
    return (octets - each * limit) & ~octets;
  };
  const auto other = word | below(word, ' ') | below(word ^ each * '=', 1) | below(word ^ each * 127, 1);
  return (other & each * 128) == 0;
}

/// Length of the character at the end of `text` that lacks octets; 0: none does.
std::size_t incomplete_length(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto c = static_cast<unsigned char>(text[text.size() - back]);
    if (c < 0x80) return 0;
    if (c < 0xC0) continue;
    const std::size_t wanted = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    return wanted > back ? back : 0;
  }
  return 0;
}

}  // namespace

void Survey::count(std::string_view piece) {
  if (piece.empty()) return;
  if (after_carriage_return_) bare_carriage_return_ = true;
  after_carriage_return_ = false;
  // All other lines begin with what end_line() has no eye for.
  if (line_ == 0) telling_ = std::string_view("-F.").find(piece[0]) != std::string_view::npos;
  if (telling_ && start_.size() < start_limit) start_ += piece.substr(0, start_limit - start_.size());
  line_ += piece.size();
  std::uint64_t carriage_returns = 0;
  constexpr auto width = sizeof(std::uint64_t);
  auto rest = piece;
  for (; rest.size() >= width; rest.remove_prefix(width)) {
    if (!all_plain(word_of(rest.substr(0, width)))) carriage_returns += count_octets(rest.substr(0, width));
  }
  if (!all_plain(word_of(rest))) carriage_returns += count_octets(rest);
  if (carriage_returns == 0) return;
  carriage_returns_ = true;
  after_carriage_return_ = piece.ends_with('\r');
  if (carriage_returns > (after_carriage_return_ ? 1U : 0U)) bare_carriage_return_ = true;
}

std::uint64_t Survey::count_octets(std::string_view octets) {
  std::array<std::uint64_t, 16> counts{};
  for (const char c : octets) ++counts[kinds[static_cast<unsigned char>(c)]];
  high_ += counts[high];
  controls_ += counts[control];
  escaped_ += octets.size() - counts[plain];
  return counts[carriage_return];
}

void Survey::end_line() {
  longest_ = std::max(longest_, line_ - (after_carriage_return_ ? 1 : 0));
  std::string_view start = start_;
  if (start.ends_with('\r')) start.remove_suffix(1);
  if (start == "." || start.starts_with("From ")) delicate_ = true;
  if (start.starts_with("--") && start.find(boundary_) != start.npos) boundary_seen_ = true;
  start_.clear();
  line_ = 0;
  after_carriage_return_ = false;
}

void Survey::check_utf8(std::string_view chunk) {
  while (!held_.empty() && !chunk.empty() && held_.size() < 4 && incomplete_length(held_) > 0) {
    held_ += chunk.front();
    chunk.remove_prefix(1);
  }
  if (chunk.empty() && incomplete_length(held_) > 0) return;
  const auto tail = incomplete_length(chunk);
  if (!base::is_utf8(held_) || !base::is_utf8(chunk.substr(0, chunk.size() - tail))) utf8_ = false;
  held_ = chunk.substr(chunk.size() - tail);
}

void Survey::update(std::string_view chunk) {
  size_ += chunk.size();
  if (utf8_) check_utf8(chunk);
  while (!chunk.empty()) {
    const auto end = std::min(chunk.find('\n'), chunk.size());
    count(chunk.substr(0, end));
    if (end < chunk.size()) {
      if (!after_carriage_return_) bare_line_feed_ = true;
      end_line();
    }
    chunk.remove_prefix(std::min(end + 1, chunk.size()));
  }
}

void Survey::finish() {
  if (after_carriage_return_) bare_carriage_return_ = true;
  end_line();
  if (!held_.empty()) utf8_ = false;
}

Encoding Survey::choose(Role role) const {
  const bool lines = controls_ == 0 && longest_ <= line_limit && !bare_carriage_return_ && !boundary_seen_;
  if (role == Role::message)
    return !lines ? Encoding::base64 : ascii() ? Encoding::seven_bit : Encoding::eight_bit;
  if (role == Role::file && carriage_returns_) return Encoding::base64;
  if (lines && ascii() && !delicate_) return Encoding::seven_bit;
  if (controls_ > 0 || boundary_seen_) return Encoding::base64;
  return escaped_ * 3 > size_ ? Encoding::base64 : Encoding::quoted_printable;
}

BodyEncoder::BodyEncoder(Encoding encoding, Role role) : encoding_(encoding), lines_(role != Role::file) {}

void BodyEncoder::update(std::string_view chunk, std::string& out) {
  if (encoding_ == Encoding::base64) return base64_.update(chunk, out);
  if (encoding_ == Encoding::quoted_printable) return quoted_printable_.update(chunk, out);
  if (lines_) return line_ends_.update(chunk, out);
  out += chunk;
}

void BodyEncoder::finish(std::string& out) {
  if (encoding_ == Encoding::base64) base64_.finish(out);
  if (encoding_ == Encoding::quoted_printable) quoted_printable_.finish(out);
  line_ends_.finish(out);
}

void LineEnds::update(std::string_view chunk, std::string& out) {
  while (!chunk.empty()) {
    if (carriage_return_ && chunk.front() != '\n') out += '\r';
    const auto end = std::min(chunk.find('\r'), chunk.size());
    carriage_return_ = end < chunk.size();
    out += chunk.substr(0, end);
    chunk.remove_prefix(std::min(end + 1, chunk.size()));
  }
}

void LineEnds::finish(std::string& out) {
  if (carriage_return_) out += '\r';
  carriage_return_ = false;
}

}  // namespace mime

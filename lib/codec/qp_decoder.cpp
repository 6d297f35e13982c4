#include "codec/qp_decoder.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/ascii.hpp"
#include "codec/marks.hpp"
#include "codec/room.hpp"

namespace codec {

namespace {

/// Blanks that may stand at the end of a line are kept back up to here, more are taken for content.
constexpr std::size_t held_limit = 1000;

constexpr std::size_t undecided = std::string_view::npos;

constexpr auto make_hex_values() {
  std::array<signed char, 256> out{};
  for (std::size_t c = 0; c < out.size(); ++c)
    out[c] = static_cast<signed char>(base::hex_value(static_cast<char>(c)));
  return out;
}
constexpr auto hex_values = make_hex_values();

int hex(char c) {
  return hex_values[static_cast<unsigned char>(c)];
}

void put(std::string_view text, char*& out) {
  std::memcpy(out, text.data(), text.size());
  out += text.size();
}

/// Octets in hex, with at most one other octet between two of them, from the '=' at `at` on. Returns where in
/// `text` they end. What comes between is no blank at the end of a line: an '=' follows.
std::size_t put_octets(std::string_view text, std::size_t at, char*& out) {
  char* to = out;
  while (text.size() - at > 2) {
    if (text[at] == '=') {
      const int value = hex(text[at + 1]) * 16 | hex(text[at + 2]);
      if (value < 0) break;
      *to++ = static_cast<char>(value);
      at += 3;
    } else if (text[at + 1] == '=') {
      *to++ = text[at++];
    } else {
      break;
    }
  }
  out = to;
  return at;
}

/// Where the content of a line ends that ends at `end`: before blanks, unless they are too many.
std::size_t content_end(std::string_view text, std::size_t start, std::size_t end) {
  std::size_t at = end;
  while (at > start && base::is_wsp(text[at - 1])) --at;
  return end - at > held_limit ? end : at;
}

/// Length of the soft break that `text` starts with, 0 if it is none.
std::size_t soft_break(std::string_view text, bool last) {
  std::size_t at = 1;
  while (at < text.size() && base::is_wsp(text[at])) ++at;
  if (at > held_limit + 1) return 0;
  if (at < text.size() && text[at] == '\r') ++at;
  if (at == text.size()) return last ? at : undecided;
  return text[at] == '\n' ? at + 1 : 0;
}

}  // namespace

/// `text` starts with an '=' that starts no octet. Returns how much was taken, or undecided.
std::size_t QpDecoder::take_equals(std::string_view text, std::uint64_t offset, bool last, char*& out) {
  if (text.size() == 2 && hex(text[1]) >= 0 && !last) return undecided;
  if (const auto length = soft_break(text, last); length > 0) return length;
  if (!bad_) bad_ = offset;
  if (reading_ != QpReading::forgiving) *out++ = '=';
  return 1;
}

/// Returns how much was taken; what is left is the start of something. With `last` all is taken.
std::size_t QpDecoder::take(std::string_view text, bool last, char*& out) {
  std::size_t at = 0;
  if (long_run_) {
    while (at < text.size() && base::is_wsp(text[at])) ++at;
    put(text.substr(0, at), out);
    long_run_ = at == text.size();
    if (long_run_) return at;
  }
  Marks marks(text, kernels_->mark_signs);
  // What is copied as it is goes in one piece, over line ends as well.
  for (std::size_t from = at; true;) {
    const auto mark = marks.next(at);
    if (mark < text.size() && text[mark] == '=') {
      put(text.substr(from, mark - from), out);
      at = put_octets(text, mark, out);
      if (at < text.size() && text[at] == '=') {
        const auto length = take_equals(text.substr(at), offset_ + at, last, out);
        if (length == undecided) return at;
        at += length;
      }
      from = at;
      continue;
    }
    const bool ends = mark == text.size();
    const auto end = mark > from && text[mark - 1] == '\r' ? mark - 1 : mark;
    // Before a wrong octet, where a strict reading stops, blanks are content.
    const auto content = stopped() ? end : content_end(text, from, end);
    if (!ends && content == end) {
      at = mark + 1;
      continue;
    }
    put(text.substr(from, content - from), out);
    if (ends && !last) {
      long_run_ = end == text.size() && content > from && base::is_wsp(text[content - 1]);
      return content;
    }
    put(text.substr(end, mark + (ends ? 0 : 1) - end), out);
    if (ends) return text.size();
    from = at = mark + 1;
  }
}

char* QpDecoder::decode(std::string_view chunk, char* out) {
  if (stopped()) return out;
  if (reading_ == QpReading::strict) {
    const auto start = offset_ + held_.size();
    bad_ = checker_.update(chunk);
    if (bad_ && *bad_ < start) held_.resize(*bad_ - offset_);
    if (bad_) chunk = chunk.substr(0, *bad_ - std::min(start, *bad_));
  }
  if (!held_.empty()) {
    // To the end of its line, where everything is decided.
    const auto part = chunk.substr(0, std::min(chunk.find('\n'), chunk.size() - 1) + 1);
    held_ += part;
    chunk.remove_prefix(part.size());
    const auto taken = take(held_, stopped(), out);
    held_.erase(0, taken);
    offset_ += taken;
    if (chunk.empty()) return out;
  }
  const auto taken = take(chunk, stopped(), out);
  held_ = chunk.substr(taken);
  offset_ += taken;
  return out;
}

char* QpDecoder::decode_last(char* out) {
  if (stopped()) return out;
  if (reading_ == QpReading::strict) bad_ = checker_.finish();
  if (bad_ && stopped()) held_.resize(*bad_ - offset_);
  offset_ += take(held_, true, out);
  held_.clear();
  return out;
}

void QpDecoder::update(std::string_view chunk, std::string& out) {
  append_within(held_.size() + chunk.size(), out, [&](char* at) { return decode(chunk, at); });
}

std::string_view QpDecoder::update(std::string_view chunk) {
  return fill_within(held_.size() + chunk.size(), room_, [&](char* at) { return decode(chunk, at); });
}

void QpDecoder::finish(std::string& out) {
  append_within(held_.size(), out, [&](char* at) { return decode_last(at); });
}

std::string_view QpDecoder::finish() {
  return fill_within(held_.size(), room_, [&](char* at) { return decode_last(at); });
}

}  // namespace codec

#include "codec/quoted_printable.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/ascii.hpp"

namespace codec {

namespace {

constexpr std::size_t line_limit = 76;
/// Blanks that may stand at the end of a line are kept back up to here, more are taken for content.
constexpr std::size_t held_limit = 1000;

/// May stand for itself anywhere in a line. Blanks may as well, but for its end.
constexpr auto make_literals() {
  std::array<bool, 256> out{};
  for (std::size_t c = '!'; c <= '~'; ++c) out[c] = c != '=';
  out[' '] = out['\t'] = true;
  return out;
}
constexpr auto literals = make_literals();

constexpr bool is_literal(char c) {
  return literals[static_cast<unsigned char>(c)];
}

void put(std::string_view text, char*& out) {
  std::memcpy(out, text.data(), text.size());
  out += text.size();
}

void put_escape(char c, char*& out) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(c);
  *out++ = '=';
  *out++ = digits[value >> 4];
  *out++ = digits[value & 15];
}

/// Octets of input that are encoded into room made before, so that no octet asks for it.
constexpr std::size_t slice_size = 4096;

}  // namespace

void QpEncoder::end_line(char*& out) {
  put_held(true, out);
  put(line_end_, out);
  column_ = 0;
}

/// The last character of a line may fill it; before any other there must be room for the '=' of a soft break.
void QpEncoder::put_held(bool line_ends, char*& out) {
  if (!held_) return;
  const char c = *held_;
  held_.reset();
  bool escaped = !is_literal(c) || (line_ends && (base::is_wsp(c) || (c == '.' && column_ == 0)));
  const std::size_t room = (line_ends ? line_limit : line_limit - 1) - column_;
  if ((escaped ? 3U : 1U) > room) {
    *out++ = '=';
    put(line_end_, out);
    column_ = 0;
    escaped = escaped || c == 'F';
  }
  column_ += escaped ? 3 : 1;
  if (escaped) {
    put_escape(c, out);
  } else {
    *out++ = c;
  }
}

/// Literals that are neither first nor last in their line need no care: they are copied as a whole.
std::size_t QpEncoder::take_run(std::string_view text, char*& out) {
  if (column_ == 0 || column_ + 2 >= line_limit) return 0;
  const std::size_t room = std::min(text.size(), line_limit - 2 - column_);
  std::size_t length = 0;
  while (length < room && is_literal(text[length])) ++length;
  if (length < 2) return 0;
  --length;
  put_held(false, out);
  const std::size_t copied = std::min(length, line_limit - 1 - std::min(column_, line_limit - 1));
  put(text.substr(0, copied), out);
  column_ += copied;
  return copied;
}

void QpEncoder::take(char c, char*& out) {
  if (mode_ == Mode::text) {
    if (c == '\n') {
      carriage_return_ = false;
      return end_line(out);
    }
    if (carriage_return_) {
      put_held(false, out);
      held_ = '\r';
      carriage_return_ = false;
    }
    if (c == '\r') {
      carriage_return_ = true;
      return;
    }
  }
  if (held_ == 'F' && c == 'r' && column_ == 0) {
    held_.reset();
    put_escape('F', out);
    column_ = 3;
  }
  put_held(false, out);
  held_ = c;
}

/// Every octet may end a line, by a soft break and a hard one.
std::size_t QpEncoder::most(std::size_t octets) const {
  return (octets + 2) * (4 + 2 * line_end_.size());
}

void QpEncoder::update(std::string_view chunk, std::string& out) {
  while (!chunk.empty()) {
    auto slice = chunk.substr(0, slice_size);
    chunk.remove_prefix(slice.size());
    const std::size_t had = out.size();
    out.resize(had + most(slice.size()));
    char* at = out.data() + had;
    while (!slice.empty()) {
      const std::size_t taken = carriage_return_ ? 0 : take_run(slice, at);
      slice.remove_prefix(taken);
      if (taken > 0) continue;
      take(slice.front(), at);
      slice.remove_prefix(1);
    }
    out.resize(static_cast<std::size_t>(at - out.data()));
  }
}

void QpEncoder::finish(std::string& out) {
  const std::size_t had = out.size();
  out.resize(had + most(0));
  char* at = out.data() + had;
  if (carriage_return_) {
    put_held(false, at);
    held_ = '\r';
  }
  put_held(true, at);
  carriage_return_ = false;
  column_ = 0;
  out.resize(static_cast<std::size_t>(at - out.data()));
}

/// One line or a piece of it, without soft break and line end.
void QpDecoder::take_run(std::string_view text, std::uint64_t offset, std::string& out) {
  while (!text.empty()) {
    const auto plain = std::min(text.find('='), text.size());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    offset += plain;
    if (text.empty()) return;
    const int high = text.size() > 2 ? base::hex_value(text[1]) : -1;
    const int low = text.size() > 2 ? base::hex_value(text[2]) : -1;
    const bool good = high >= 0 && low >= 0;
    if (!good && !bad_) bad_ = offset;
    out += good ? static_cast<char>(high * 16 + low) : '=';
    text.remove_prefix(good ? 3 : 1);
    offset += good ? 3 : 1;
  }
}

/// Returns how much was taken; what is left is the start of something. With `last` all is taken.
std::size_t QpDecoder::take_lines(std::string_view text, bool last, std::string& out) {
  std::size_t at = 0;
  if (long_run_) {
    while (at < text.size() && base::is_wsp(text[at])) ++at;
    out += text.substr(0, at);
    long_run_ = at == text.size();
  }
  while (at < text.size()) {
    const auto newline = text.find('\n', at);
    const bool whole = newline != std::string_view::npos;
    std::size_t end = whole ? newline : text.size();
    const std::size_t line_end = end;
    if (end > at && text[end - 1] == '\r') --end;
    const std::size_t text_end = end;
    while (end > at && base::is_wsp(text[end - 1])) --end;
    if (text_end - end > held_limit) end = text_end;
    const bool soft = end > at && text[end - 1] == '=';
    if (!whole && !last) {
      long_run_ = end == text.size() && end > at && base::is_wsp(text[end - 1]);
      if (soft) --end;
      // "=4" at the very end of what has come so far; before blanks it is wrong already.
      if (!soft && end == text.size() && end - at >= 2 && text[end - 2] == '=' && !long_run_) end -= 2;
      take_run(text.substr(at, end - at), offset_ + at, out);
      return end;
    }
    take_run(text.substr(at, end - at - (soft ? 1 : 0)), offset_ + at, out);
    if (!soft) out += text.substr(text_end, whole ? line_end + 1 - text_end : line_end - text_end);
    at = whole ? newline + 1 : text.size();
  }
  return at;
}

void QpDecoder::update(std::string_view chunk, std::string& out) {
  if (!held_.empty()) {
    held_ += chunk;
    const std::size_t taken = take_lines(held_, false, out);
    held_.erase(0, taken);
    offset_ += taken;
    return;
  }
  const std::size_t taken = take_lines(chunk, false, out);
  held_.assign(chunk.substr(taken));
  offset_ += taken;
}

void QpDecoder::finish(std::string& out) {
  offset_ += take_lines(held_, true, out);
  held_.clear();
}

std::string qp_encode(std::string_view text, QpEncoder::Mode mode) {
  std::string out;
  QpEncoder encoder(mode);
  encoder.update(text, out);
  encoder.finish(out);
  return out;
}

std::string qp_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  QpDecoder decoder;
  decoder.update(text, out);
  decoder.finish(out);
  return out;
}

}  // namespace codec

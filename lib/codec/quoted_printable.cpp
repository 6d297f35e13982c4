#include "codec/quoted_printable.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>

#include "base/ascii.hpp"
#include "codec/marks.hpp"
#include "codec/room.hpp"

namespace codec {

namespace {

/// Lines without a limit: no sum with it overflows.
constexpr std::size_t endless = std::numeric_limits<std::size_t>::max() / 2;

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

constexpr unsigned literal_kind = 1;
constexpr unsigned line_end_kind = 2;  // CR and LF

constexpr auto make_kinds() {
  std::array<unsigned char, 256> out{};
  for (std::size_t c = 0; c < out.size(); ++c) out[c] = literals[c] ? literal_kind : 0;
  out['\r'] = out['\n'] = line_end_kind;
  return out;
}
constexpr auto kinds = make_kinds();

unsigned kind_of(char c) {
  return kinds[static_cast<unsigned char>(c)];
}

/// Most pieces are short: two overlapping copies of a fixed size cost less than a call.
void put(std::string_view text, char*& out) {
  const auto size = text.size();
  const auto twice = [&](auto part) {
    std::memcpy(&part, text.data(), sizeof part);
    auto end = part;
    std::memcpy(&end, text.data() + size - sizeof end, sizeof end);
    std::memcpy(out, &part, sizeof part);
    std::memcpy(out + size - sizeof end, &end, sizeof end);
  };
  using Sixteen = std::array<std::uint64_t, 2>;
  if (size > 32) {
    std::memcpy(out, text.data(), size);
  } else if (size >= 16) {
    twice(Sixteen());
  } else if (size >= 8) {
    twice(std::uint64_t());
  } else if (size >= 4) {
    twice(std::uint32_t());
  } else {
    for (std::size_t i = 0; i < size; ++i) out[i] = text[i];
  }
  out += size;
}

constexpr auto make_escapes() {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::array<std::array<char, 4>, 256> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = {'=', digits[i >> 4], digits[i & 15], '\0'};
  return out;
}
constexpr auto escapes = make_escapes();

/// Writes a fourth octet, which does not count.
void put_escape(char c, char*& out) {
  std::memcpy(out, escapes[static_cast<unsigned char>(c)].data(), 4);
  out += 3;
}

/// Octets of input that are encoded into room made before, so that no octet asks for it.
constexpr std::size_t slice_size = Marks::window;

}  // namespace

QpEncoder::QpEncoder(Mode mode, std::string_view line_end, std::size_t columns, const ScanKernels& kernels)
    : kernels_(&kernels), mode_(mode), line_end_(line_end), columns_(columns == 0 ? endless : columns) {}

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
  const std::size_t room = (line_ends ? columns_ : columns_ - 1) - column_;
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

void QpEncoder::put_soft_break(char*& out) {
  *out++ = '=';
  put(line_end_, out);
  column_ = 0;
}

void QpEncoder::put_octet(char c, bool line_ends, char*& out) {
  if (column_ + 3 > (line_ends ? columns_ : columns_ - 1)) put_soft_break(out);
  put_escape(c, out);
  column_ += 3;
}

/// Octets that are no literals, with at most one literal between two of them, from the one at `at` on; none
/// that is or may be the last of its line. Returns where they end.
std::size_t QpEncoder::put_octets(std::string_view text, std::size_t at, char*& out) {
  // What is written might be a part of this object for all the compiler knows: it is kept out of the loop.
  const std::size_t most = columns_ - 1;
  std::size_t column = column_;
  char* to = out;
  for (; at + 3 < text.size(); ++at) {
    const auto both = kind_of(text[at]) | kind_of(text[at + 1]) << 4;
    if ((both & (line_end_kind | line_end_kind << 4)) != 0 || both == (literal_kind | literal_kind << 4))
      break;
    bool escaped = (both & literal_kind) == 0;
    if (column + (escaped ? 3 : 1) > most) {
      *to++ = '=';
      put(line_end_, to);
      column = 0;
      escaped = escaped || text[at] == 'F';
    }
    column += escaped ? 3 : 1;
    if (escaped) {
      put_escape(text[at], to);
    } else {
      *to++ = text[at];
    }
  }
  column_ = column;
  out = to;
  return at;
}

/// Literals, of which the last may end the line.
void QpEncoder::put_literals(std::string_view text, bool line_ends, char*& out) {
  if (text.empty()) return;
  const bool blank_end = line_ends && base::is_wsp(text.back());
  const char last = text.back();
  if (blank_end) text.remove_suffix(1);
  const bool ends = line_ends && !blank_end;
  if (column_ == 0 && text.starts_with("Fr")) {
    put_octet('F', false, out);
    text.remove_prefix(1);
  }
  while (!text.empty()) {
    if (ends && column_ == 0 && text == ".") {
      put_octet('.', true, out);
      break;
    }
    const bool all = column_ + text.size() <= (ends ? columns_ : columns_ - 1);
    const auto part = text.substr(0, all ? text.size() : columns_ - 1 - std::min(column_, columns_ - 1));
    put(part, out);
    column_ += part.size();
    text.remove_prefix(part.size());
    if (all) break;
    put_soft_break(out);
    if (text.front() != 'F') continue;
    put_octet('F', ends && text.size() == 1, out);
    text.remove_prefix(1);
  }
  if (blank_end) put_octet(last, true, out);
}

/// From a place where nothing is held back on, as far as `text` shows what comes after each octet. Returns
/// the octets used.
std::size_t QpEncoder::take_fast(std::string_view text, char*& out) {
  Marks marks(text, kernels_->mark);
  const auto line_end_at = [&](std::size_t at) -> std::size_t {
    if (mode_ != Mode::text) return 0;
    return text[at] == '\n' ? 1 : text[at] == '\r' && text[at + 1] == '\n' ? 2 : 0;
  };
  std::size_t at = 0;
  // The last octet waits for what follows it, and so does a CR before it.
  while (at + 2 < text.size()) {
    const auto mark = marks.next(at);
    if (mark + 2 >= text.size()) {
      // One before the mark too, which may be the end of the line.
      const auto certain = std::max(std::min(mark, text.size() - 2), at + 1) - 1;
      if (column_ == 0 && certain < at + 2) return at;
      put_literals(text.substr(at, certain - at), false, out);
      return certain;
    }
    const auto end = line_end_at(mark);
    put_literals(text.substr(at, mark - at), end > 0, out);
    at = mark;
    if (end > 0) {
      put(line_end_, out);
      column_ = 0;
      at += end;
    } else {
      at = put_octets(text, at, out);
      if (is_literal(text[at])) continue;
      put_octet(text[at], line_end_at(at + 1) > 0, out);
      ++at;
    }
  }
  return at;
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
  return (octets + 2) * (4 + 2 * line_end_.size()) + 1;
}

char* QpEncoder::encode(std::string_view chunk, char* out) {
  while (!chunk.empty()) {
    auto slice = chunk.substr(0, slice_size);
    chunk.remove_prefix(slice.size());
    while (!slice.empty()) {
      const char next = slice.front();
      // What is held back can go when something else than the end of a line follows; an F waits for its r.
      const bool goes_on = mode_ != Mode::text || (next != '\n' && next != '\r');
      if (held_ && !carriage_return_ && goes_on && (column_ > 0 || held_ != 'F')) put_held(false, out);
      const std::size_t taken = held_ || carriage_return_ ? 0 : take_fast(slice, out);
      slice.remove_prefix(taken);
      if (taken > 0) continue;
      take(slice.front(), out);
      slice.remove_prefix(1);
    }
  }
  return out;
}

char* QpEncoder::encode_last(char* out) {
  if (carriage_return_) {
    put_held(false, out);
    held_ = '\r';
  }
  put_held(true, out);
  carriage_return_ = false;
  column_ = 0;
  return out;
}

void QpEncoder::update(std::string_view chunk, std::string& out) {
  for (; !chunk.empty(); chunk.remove_prefix(std::min(slice_size, chunk.size()))) {
    const auto slice = chunk.substr(0, slice_size);
    append_within(most(slice.size()), out, [&](char* at) { return encode(slice, at); });
  }
}

std::string_view QpEncoder::update(std::string_view chunk) {
  return fill_within(most(chunk.size()), room_, [&](char* at) { return encode(chunk, at); });
}

void QpEncoder::finish(std::string& out) {
  append_within(most(0), out, [&](char* at) { return encode_last(at); });
}

std::string_view QpEncoder::finish() {
  return fill_within(most(0), room_, [&](char* at) { return encode_last(at); });
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

#include "codec/base64.hpp"

#include <algorithm>
#include <array>

#include "codec/room.hpp"

namespace codec {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr char no_digit = -1;

constexpr auto make_values() {
  std::array<char, 256> out{};
  out.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<char>(i);
  return out;
}
constexpr auto values = make_values();

char value_of(char c) {
  return values[static_cast<unsigned char>(c)];
}

constexpr std::size_t slack = 64;      // what a kernel may write beyond its result
constexpr std::size_t segment = 8192;  // characters that are packed and decoded at a time: they stay near

constexpr std::size_t careful_stretch = 64;

constexpr std::size_t decoded_most(std::size_t characters) {
  return characters / 4 * 3 + 3 + slack;
}

const Base64Kernels& plain_kernels() {
  return base64_kernels().back();
}

/// The length that holds `digits` digits, CR and LF not counted.
std::size_t length_of(std::string_view text, std::size_t digits) {
  std::size_t at = 0;
  for (; digits > 0; ++at) digits -= text[at] == '\r' || text[at] == '\n' ? 0 : 1;
  return at;
}

}  // namespace

/// Whole lines in one go, from the start of one. Returns the octets used.
std::size_t Base64Encoder::take_lines(std::string_view chunk, char*& out) const {
  const bool fits =
      column_ == 0 && columns_ > 0 && columns_ % 4 == 0 && line_end_.size() >= 1 && line_end_.size() <= 2;
  const std::size_t groups = columns_ / 4;
  if (!fits || chunk.size() < 3 * groups) return 0;
  LineEnd end;
  end.size = line_end_.copy(end.text, 2);
  const auto lines = kernels_->encode_lines(chunk.data(), chunk.size(), groups, end, out);
  out += lines * (columns_ + end.size);
  return lines * 3 * groups;
}

void Base64Encoder::wrap(std::string_view encoded, char*& out) {
  while (!encoded.empty()) {
    const auto part = columns_ == 0 ? encoded : encoded.substr(0, columns_ - column_);
    out += part.copy(out, part.size());
    encoded.remove_prefix(part.size());
    if (columns_ == 0) return;
    column_ += part.size();
    if (column_ < columns_) return;
    out += line_end_.copy(out, line_end_.size());
    column_ = 0;
  }
}

/// What `octets` more, what is held, and the end can give, and a kernel's slack.
std::size_t Base64Encoder::most(std::size_t octets) const {
  const std::size_t characters = (octets + 5) / 3 * 4;
  const std::size_t lines = columns_ == 0 ? 0 : characters / columns_ + 2;
  return characters + lines * line_end_.size() + slack;
}

char* Base64Encoder::encode(std::string_view chunk, char* out) {
  constexpr std::size_t step = 3 * 1024;
  std::array<char, step / 3 * 4 + slack> encoded;
  const auto groups = [&](std::string_view text) {
    const auto used = kernels_->encode(text.data(), text.size(), encoded.data());
    plain_kernels().encode(text.data() + used, text.size() - used, encoded.data() + used / 3 * 4);
    wrap({encoded.data(), text.size() / 3 * 4}, out);
  };
  if (!held_.empty()) {
    const auto missing = std::min(3 - held_.size(), chunk.size());
    held_ += chunk.substr(0, missing);
    chunk.remove_prefix(missing);
    if (held_.size() < 3) return out;
    groups(held_);
    held_.clear();
  }
  while (chunk.size() >= 3) {
    if (const auto used = take_lines(chunk, out); used > 0) {
      chunk.remove_prefix(used);
      continue;
    }
    // Up to the end of a line that was begun: from there on whole lines may follow.
    const auto open = column_ == 0 || columns_ % 4 != 0 ? step : (columns_ - column_) / 4 * 3;
    const auto part = chunk.substr(0, std::min({step, open, chunk.size() / 3 * 3}));
    groups(part);
    chunk.remove_prefix(part.size());
  }
  held_ += chunk;
  return out;
}

char* Base64Encoder::encode_last(char* out) {
  if (!held_.empty()) {
    const auto have = held_.size();
    held_.resize(3, '\0');
    std::array<char, 4 + slack> last;
    plain_kernels().encode(held_.data(), 3, last.data());
    std::fill(last.begin() + static_cast<std::ptrdiff_t>(have) + 1, last.begin() + 4, '=');
    wrap({last.data(), 4}, out);
    held_.clear();
  }
  if (column_ > 0) out += line_end_.copy(out, line_end_.size());
  column_ = 0;
  return out;
}

void Base64Encoder::update(std::string_view chunk, std::string& out) {
  append_within(most(chunk.size()), out, [&](char* at) { return encode(chunk, at); });
}

std::string_view Base64Encoder::update(std::string_view chunk) {
  return fill_within(most(chunk.size()), room_, [&](char* at) { return encode(chunk, at); });
}

void Base64Encoder::finish(std::string& out) {
  append_within(most(0), out, [&](char* at) { return encode_last(at); });
}

std::string_view Base64Encoder::finish() {
  return fill_within(most(0), room_, [&](char* at) { return encode_last(at); });
}

/// Digits and line ends, from the start of a group on. Returns how many characters were taken; the last
/// digits may have begun a group.
std::size_t Base64Decoder::take_fast(std::string_view text, char*& out) {
  std::array<char, segment + slack> packed;
  text = text.substr(0, segment);
  const std::string_view digits(packed.data(), kernels_->pack(text.data(), text.size(), packed.data()));
  std::size_t used = kernels_->decode(digits.data(), digits.size(), out);
  used += plain_kernels().decode(digits.data() + used, digits.size() - used, out + used / 4 * 3);
  out += used / 4 * 3;
  const auto rest = digits.substr(used);
  const bool clean =
      rest.size() < 8 && std::all_of(rest.begin(), rest.end(), [](char c) { return value_of(c) >= 0; });
  if (!clean) return length_of(text, used);
  for (const char c : rest) take(c, 0, out);
  return text.size();
}

/// The one or two octets of a group that ends early.
void Base64Decoder::flush_group(std::uint64_t offset, char*& out) {
  const std::uint32_t bits = bits_ << (24 - 6 * digits_);
  const std::uint32_t unused = digits_ == 2 ? 0xFFFF : 0xFF;
  if (reading_ == Base64Reading::strict && (bits & unused) != 0) {
    note(offset - 1);
    return;
  }
  *out++ = static_cast<char>(bits >> 16);
  if (digits_ == 3) *out++ = static_cast<char>(bits >> 8 & 255);
  bits_ = digits_ = 0;
}

void Base64Decoder::take_padding(std::uint64_t offset, char*& out) {
  if (padding_due_ > 0) {
    --padding_due_;
  } else if (digits_ >= 2) {
    padding_due_ = digits_ == 2 ? 1 : 0;
    padded_ = true;
    flush_group(offset, out);
  } else {
    note(offset);
    // One digit alone is less than an octet: it is dropped, so that what follows starts a group.
    bits_ = digits_ = 0;
  }
}

void Base64Decoder::take(char c, std::uint64_t offset, char*& out) {
  if (c == '\n' || c == '\r') return;
  if ((c == ' ' || c == '\t') && reading_ != Base64Reading::strict) return;
  if (c == '=') return take_padding(offset, out);
  const char value = value_of(c);
  const bool ended = padded_ && (reading_ == Base64Reading::strict || reading_ == Base64Reading::body);
  if (value == no_digit || padding_due_ > 0 || ended) {
    note(offset);
    if (value == no_digit || reading_ != Base64Reading::forgiving) return;
  }
  padding_due_ = 0;
  padded_ = false;
  bits_ = bits_ << 6 | static_cast<std::uint32_t>(value);
  if (++digits_ < 4) return;
  *out++ = static_cast<char>(bits_ >> 16);
  *out++ = static_cast<char>(bits_ >> 8 & 255);
  *out++ = static_cast<char>(bits_ & 255);
  bits_ = digits_ = 0;
}

char* Base64Decoder::decode(std::string_view chunk, char* out) {
  if (stopped()) return out;
  // Where something else stands in the text, the next characters are taken one by one.
  std::size_t careful_until = 0;
  for (std::size_t i = 0; i < chunk.size() && !stopped();) {
    if (i >= careful_until && digits_ == 0 && !padded_) {
      const auto wanted = std::min(segment, chunk.size() - i);
      const auto taken = take_fast(chunk.substr(i), out);
      i += taken;
      if (taken == wanted) continue;
      careful_until = i + careful_stretch;
    }
    take(chunk[i], offset_ + i, out);
    ++i;
  }
  offset_ += chunk.size();
  return out;
}

char* Base64Decoder::decode_last(char* out) {
  if (stopped()) return out;
  const bool incomplete = digits_ > 0 || padding_due_ > 0;
  if (digits_ == 1 || (incomplete && reading_ == Base64Reading::strict)) note(offset_);
  if (digits_ >= 2 && !stopped()) flush_group(offset_, out);
  return out;
}

void Base64Decoder::update(std::string_view chunk, std::string& out) {
  append_within(decoded_most(chunk.size()), out, [&](char* at) { return decode(chunk, at); });
}

std::string_view Base64Decoder::update(std::string_view chunk) {
  return fill_within(decoded_most(chunk.size()), room_, [&](char* at) { return decode(chunk, at); });
}

void Base64Decoder::finish(std::string& out) {
  append_within(decoded_most(0), out, [&](char* at) { return decode_last(at); });
}

std::string_view Base64Decoder::finish() {
  return fill_within(decoded_most(0), room_, [&](char* at) { return decode_last(at); });
}

std::string base64_encode(std::string_view text) {
  std::string out;
  out.reserve((text.size() + 2) / 3 * 4);
  Base64Encoder encoder(0);
  encoder.update(text, out);
  encoder.finish(out);
  return out;
}

base::Result<std::string> base64_decode(std::string_view text, Base64Reading reading) {
  std::string out;
  Base64Decoder decoder(reading);
  decoder.update(text, out);
  decoder.finish(out);
  if (decoder.stopped()) {
    return base::fail(base::Exit::data, "base64: wrong at offset " + std::to_string(*decoder.bad()));
  }
  return out;
}

}  // namespace codec

#include "codec/base64.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace codec {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

using Pair = std::array<char, 2>;

/// Two characters for every 12 bits: half the look-ups of a table of single characters.
constexpr auto make_pairs() {
  std::array<Pair, 4096> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = {alphabet[i >> 6], alphabet[i & 63]};
  return out;
}
constexpr auto pairs = make_pairs();

constexpr std::uint32_t no_digit = 0x80000000;

/// Value of the character at each of the four places of a group, already shifted; no_digit for all others.
constexpr auto make_values() {
  std::array<std::array<std::uint32_t, 256>, 4> out{};
  for (auto& place : out) place.fill(no_digit);
  for (std::uint32_t i = 0; i < alphabet.size(); ++i) {
    for (unsigned place = 0; place < 4; ++place) {
      out[place][static_cast<unsigned char>(alphabet[i])] = i << (18 - 6 * place);
    }
  }
  return out;
}
constexpr auto values = make_values();

constexpr std::uint32_t octet(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// 24 bits or no_digit.
std::uint32_t group_value(const char* text) {
  const auto* in = reinterpret_cast<const unsigned char*>(text);
  return values[0][in[0]] | values[1][in[1]] | values[2][in[2]] | values[3][in[3]];
}

void put_group(std::uint32_t bits, char* out) {
  std::memcpy(out, pairs[bits >> 12].data(), 2);
  std::memcpy(out + 2, pairs[bits & 4095].data(), 2);
}

/// The highest octet comes first in memory.
std::uint64_t big_endian(std::uint64_t value) {
  return std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
}

/// Whole groups of three octets; eight characters a turn. Returns the length written.
std::size_t encode_groups(std::string_view text, char* out) {
  const char* const start = out;
  for (; text.size() >= 6; text.remove_prefix(6), out += 8) {
    put_group(octet(text, 0) << 16 | octet(text, 1) << 8 | octet(text, 2), out);
    put_group(octet(text, 3) << 16 | octet(text, 4) << 8 | octet(text, 5), out + 4);
  }
  if (text.size() >= 3) {
    put_group(octet(text, 0) << 16 | octet(text, 1) << 8 | octet(text, 2), out);
    out += 4;
  }
  return static_cast<std::size_t>(out - start);
}

}  // namespace

void Base64Encoder::wrap(std::string_view encoded, std::string& out) {
  if (columns_ == 0) {
    out += encoded;
    return;
  }
  while (!encoded.empty()) {
    const auto part = encoded.substr(0, columns_ - column_);
    out += part;
    encoded.remove_prefix(part.size());
    column_ += part.size();
    if (column_ < columns_) return;
    out += line_end_;
    column_ = 0;
  }
}

void Base64Encoder::update(std::string_view chunk, std::string& out) {
  constexpr std::size_t step = 3 * 1024;
  std::array<char, step / 3 * 4> encoded;
  if (!held_.empty()) {
    const auto missing = std::min(3 - held_.size(), chunk.size());
    held_ += chunk.substr(0, missing);
    chunk.remove_prefix(missing);
    if (held_.size() < 3) return;
    wrap({encoded.data(), encode_groups(held_, encoded.data())}, out);
    held_.clear();
  }
  while (chunk.size() >= 3) {
    const auto part = chunk.substr(0, std::min(step, chunk.size() / 3 * 3));
    wrap({encoded.data(), encode_groups(part, encoded.data())}, out);
    chunk.remove_prefix(part.size());
  }
  held_ += chunk;
}

void Base64Encoder::finish(std::string& out) {
  if (!held_.empty()) {
    const auto have = held_.size();
    held_.resize(3, '\0');
    std::array<char, 4> last;
    encode_groups(held_, last.data());
    std::fill(last.begin() + static_cast<std::ptrdiff_t>(have) + 1, last.end(), '=');
    wrap({last.data(), last.size()}, out);
    held_.clear();
  }
  if (column_ > 0) out += line_end_;
  column_ = 0;
}

/// Eight characters a turn as long as all of them are digits. Returns how many were taken.
std::size_t Base64Decoder::take_groups(std::string_view text, char*& out) const {
  const std::size_t length = text.size();
  for (; text.size() >= 8; text.remove_prefix(8), out += 6) {
    const std::uint32_t first = group_value(text.data());
    const std::uint32_t second = group_value(text.data() + 4);
    if (((first | second) & no_digit) != 0) break;
    const std::uint64_t both = big_endian((std::uint64_t{first} << 24 | second) << 16);
    std::memcpy(out, &both, sizeof both);
  }
  if (text.size() >= 4) {
    const std::uint32_t bits = group_value(text.data());
    if ((bits & no_digit) == 0) {
      const std::uint64_t four = big_endian(std::uint64_t{bits} << 40);
      std::memcpy(out, &four, 4);
      out += 3;
      text.remove_prefix(4);
    }
  }
  return length - text.size();
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
  const std::uint32_t value = values[3][static_cast<unsigned char>(c)];
  if (value == no_digit || padding_due_ > 0 || (padded_ && reading_ == Base64Reading::strict)) {
    note(offset);
    if (value == no_digit || reading_ != Base64Reading::forgiving) return;
  }
  padding_due_ = 0;
  padded_ = false;
  bits_ = bits_ << 6 | value;
  if (++digits_ < 4) return;
  *out++ = static_cast<char>(bits_ >> 16);
  *out++ = static_cast<char>(bits_ >> 8 & 255);
  *out++ = static_cast<char>(bits_ & 255);
  bits_ = digits_ = 0;
}

void Base64Decoder::update(std::string_view chunk, std::string& out) {
  if (stopped()) return;
  const std::size_t had = out.size();
  // A turn of eight characters stores eight octets, of which six count.
  out.resize(had + chunk.size() / 4 * 3 + 16);
  char* at = out.data() + had;
  for (std::size_t i = 0; i < chunk.size() && !stopped();) {
    if (digits_ == 0 && !padded_) i += take_groups(chunk.substr(i), at);
    if (i == chunk.size()) break;
    take(chunk[i], offset_ + i, at);
    ++i;
  }
  offset_ += chunk.size();
  out.resize(static_cast<std::size_t>(at - out.data()));
}

void Base64Decoder::finish(std::string& out) {
  if (stopped()) return;
  const bool incomplete = digits_ > 0 || padding_due_ > 0;
  if (digits_ == 1 || (incomplete && reading_ == Base64Reading::strict)) note(offset_);
  if (digits_ < 2 || stopped()) return;
  std::array<char, 2> last;
  char* at = last.data();
  flush_group(offset_, at);
  out.append(last.data(), static_cast<std::size_t>(at - last.data()));
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

#include "codec/uu.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "codec/room.hpp"

namespace codec {

namespace {

/// A line of data has at most 86 characters; the rest is for names.
constexpr std::size_t line_limit = 1024;
constexpr std::size_t name_limit = 1000;

constexpr std::size_t segment = 16 * 1024;  // characters that are decoded at a time: they stay near
constexpr unsigned careful_lines = 16;

constexpr std::string_view uu_end = "end";
constexpr std::string_view base64_end = "====";

constexpr bool is_digit(char c) {
  return c >= ' ' && c <= '`';
}

constexpr unsigned value_of(char c) {
  return (static_cast<unsigned char>(c) - 32U) & 63U;
}

constexpr char digit_of(unsigned value) {
  return static_cast<char>((value & 63U) == 0 ? '`' : 32U + (value & 63U));
}

constexpr std::size_t digits_for(std::size_t octets) {
  return (octets + 2) / 3 * 4;
}

std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && base::is_wsp(text.back())) text.remove_suffix(1);
  return text;
}

Base64Reading base64_reading(UuReading reading) {
  return reading == UuReading::strict  ? Base64Reading::strict
         : reading == UuReading::plain ? Base64Reading::plain
                                       : Base64Reading::forgiving;
}

void decode_group(const char* in, char* out) {
  const unsigned bits =
      value_of(in[0]) << 18 | value_of(in[1]) << 12 | value_of(in[2]) << 6 | value_of(in[3]);
  out[0] = static_cast<char>(bits >> 16);
  out[1] = static_cast<char>(bits >> 8 & 255);
  out[2] = static_cast<char>(bits & 255);
}

void encode_group(const char* in, char* out) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(in[i])); };
  const unsigned bits = octet(0) << 16 | octet(1) << 8 | octet(2);
  for (unsigned place = 0; place < 4; ++place) out[place] = digit_of(bits >> (18 - 6 * place));
}

}  // namespace

std::optional<UuBegin> parse_uu_begin(std::string_view line) {
  UuBegin out;
  line = without_blanks(without_end(line));
  for (const std::string_view word : {"begin ", "begin-base64 "}) {
    if (!line.starts_with(word)) continue;
    line.remove_prefix(word.size());
    out.base64 = word != "begin ";
    const auto digits = std::min(line.find(' '), line.size());
    if (digits < 3 || digits > 4) return std::nullopt;
    for (const char c : line.substr(0, digits)) {
      if (c < '0' || c > '7') return std::nullopt;
      out.mode = out.mode * 8 + static_cast<unsigned>(c - '0');
    }
    line.remove_prefix(digits);
    out.name = base::trim(line).substr(0, name_limit);
    if (out.name.empty()) return std::nullopt;
    return out;
  }
  return std::nullopt;
}

bool is_uu_line(std::string_view line) {
  line = without_end(line);
  if (line.empty() || !std::all_of(line.begin(), line.end(), is_digit)) return false;
  const std::size_t octets = value_of(line.front());
  const std::size_t least = (octets * 8 + 5) / 6;
  return line.size() > least && line.size() <= 1 + digits_for(octets) + 1;
}

UuEncoder::UuEncoder(unsigned mode, std::string_view name, std::size_t octets, std::string_view line_end,
                     const UuKernels& kernels)
    : kernels_(&kernels),
      begin_("begin "),
      octets_(std::clamp<std::size_t>(octets, 1, most_octets)),
      line_end_(line_end) {
  for (int shift = (mode & 07000U) != 0 ? 9 : 6; shift >= 0; shift -= 3)
    begin_ += static_cast<char>('0' + (mode >> shift & 7U));
  begin_ += ' ';
  for (const char c : name) begin_ += c == '\n' || c == '\r' ? '_' : c;
  begin_ += line_end;
}

/// What is held, `octets` more and the end can give, and a kernel's slack.
std::size_t UuEncoder::most(std::size_t octets) const {
  const std::size_t line = 1 + digits_for(octets_) + line_end_.size();
  return begin_.size() + (octets / octets_ + 4) * line + UuKernels::slack;
}

void UuEncoder::put_line(std::string_view octets, char*& out) const {
  *out++ = digit_of(static_cast<unsigned>(octets.size()));
  const auto whole = octets.size() / 3 * 3;
  for (std::size_t i = 0; i < whole; i += 3, out += 4) encode_group(octets.data() + i, out);
  if (whole < octets.size()) {
    std::array<char, 3> last{};
    octets.substr(whole).copy(last.data(), last.size());
    encode_group(last.data(), out);
    out += 4;
  }
  out += line_end_.copy(out, line_end_.size());
}

/// Whole lines in one go. Returns the octets used.
std::size_t UuEncoder::put_lines(std::string_view octets, char*& out) const {
  if (octets_ % 3 != 0 || line_end_.empty() || line_end_.size() > 2) return 0;
  const auto lines = kernels_->encode_lines(octets.data(), octets.size(), octets_ / 3, line_end_, out);
  out += lines * (1 + digits_for(octets_) + line_end_.size());
  return lines * octets_;
}

char* UuEncoder::encode(std::string_view chunk, char* out) {
  out += begin_.copy(out, begin_.size());
  begin_.clear();
  if (!held_.empty()) {
    const auto missing = std::min(octets_ - held_.size(), chunk.size());
    held_ += chunk.substr(0, missing);
    chunk.remove_prefix(missing);
    if (held_.size() < octets_) return out;
    put_line(held_, out);
    held_.clear();
  }
  chunk.remove_prefix(put_lines(chunk, out));
  for (; chunk.size() >= octets_; chunk.remove_prefix(octets_)) put_line(chunk.substr(0, octets_), out);
  held_ = chunk;
  return out;
}

char* UuEncoder::encode_last(char* out) {
  out = encode({}, out);
  if (!held_.empty()) put_line(held_, out);
  held_.clear();
  put_line({}, out);
  out += uu_end.copy(out, uu_end.size());
  return out + line_end_.copy(out, line_end_.size());
}

void UuEncoder::update(std::string_view chunk, std::string& out) {
  append_within(most(chunk.size()), out, [&](char* at) { return encode(chunk, at); });
}

std::string_view UuEncoder::update(std::string_view chunk) {
  return fill_within(most(chunk.size()), room_, [&](char* at) { return encode(chunk, at); });
}

void UuEncoder::finish(std::string& out) {
  append_within(most(0), out, [&](char* at) { return encode_last(at); });
}

std::string_view UuEncoder::finish() {
  return fill_within(most(0), room_, [&](char* at) { return encode_last(at); });
}

UuDecoder::UuDecoder(UuReading reading, Start start, const UuKernels& kernels)
    : kernels_(&kernels),
      reading_(reading),
      place_(start == Start::data ? Place::data : Place::outside),
      base64_(base64_reading(reading)) {}

void UuDecoder::end_file(std::string& out) {
  if (place_ == Place::base64) {
    base64_.finish(out);
    if (base64_.bad()) note(base64_start_ + *base64_.bad());
  }
  place_ = Place::outside;
  ended_ = true;
}

void UuDecoder::take_outside(std::string_view text) {
  auto begun = parse_uu_begin(text);
  if (!begun) {
    if (reading_ == UuReading::strict) note(offset_);
    return;
  }
  begin_ = std::move(begun);
  ended_ = false;
  place_ = begin_->base64 ? Place::base64 : Place::data;
  if (begin_->base64) base64_ = Base64Decoder(base64_reading(reading_));
}

/// `text`: as many digits as `octets` need, or less when blanks were lost at its end.
void UuDecoder::take_digits(std::string_view text, std::size_t octets, std::string& out) {
  std::array<char, digits_for(UuEncoder::most_octets)> digits;
  const auto wanted = digits_for(octets);
  for (std::size_t i = 0; i < wanted; ++i) digits[i] = i < text.size() && is_digit(text[i]) ? text[i] : ' ';
  std::array<char, digits_for(UuEncoder::most_octets) / 4 * 3> decoded;
  for (std::size_t i = 0; i < wanted; i += 4) decode_group(digits.data() + i, decoded.data() + i / 4 * 3);
  out.append(decoded.data(), octets);
}

void UuDecoder::take_data(std::string_view text, std::string& out) {
  const bool strict = reading_ == UuReading::strict;
  if ((strict ? text : without_blanks(text)) == uu_end) {
    if (strict && place_ != Place::zero_line) note(offset_);
    return end_file(out);
  }
  if (strict && (text.empty() || place_ == Place::zero_line)) return note(offset_);
  if (text.empty()) return;
  if (!is_digit(text.front())) {
    note(offset_);
    // A file that was cut off before the next one.
    if (reading_ == UuReading::forgiving && parse_uu_begin(text)) take_outside(text);
    return;
  }
  const std::size_t octets = value_of(text.front());
  const auto wanted = digits_for(octets);
  text.remove_prefix(1);
  if (text.size() > wanted + (strict ? 0 : 1))
    text = text.substr(0, std::max(without_blanks(text).size(), wanted + 1));
  if (strict ? text.size() != wanted : text.size() > wanted + 1)
    return note(offset_ + 1 + std::min(text.size(), wanted));
  const auto digits = text.substr(0, wanted);
  const auto wrong = std::find_if_not(digits.begin(), digits.end(), is_digit);
  if (wrong != digits.end()) note(offset_ + 1 + static_cast<std::uint64_t>(wrong - digits.begin()));
  if (stopped()) return;
  take_digits(digits, octets, out);
  place_ = octets == 0 ? Place::zero_line : Place::data;
}

void UuDecoder::take_base64(std::string_view piece, std::string& out) {
  base64_.update(piece, out);
  if (base64_.bad()) note(base64_start_ + *base64_.bad());
}

/// A line with its end, if it has one. The offset is still that of its start.
void UuDecoder::take_line(std::string_view line, std::string& out) {
  if (place_ == Place::base64) {
    if (!inside_line_ && without_end(line) == base64_end) return end_file(out);
    return take_base64(line, out);
  }
  const auto text = without_end(line).substr(0, line_limit);
  if (place_ == Place::outside) {
    take_outside(text);
  } else {
    take_data(text, out);
  }
  base64_start_ = offset_ + line.size() + dropped_;
}

/// A piece of a line whose end is not there yet.
void UuDecoder::hold(std::string_view piece, std::string& out) {
  if (place_ == Place::base64) {
    held_ += piece;
    if (!inside_line_ && held_.size() <= base64_end.size() + 2) return;
    take_base64(held_, out);
    offset_ += held_.size();
    held_.clear();
    inside_line_ = true;
    return;
  }
  const auto kept = piece.substr(0, line_limit - std::min(held_.size(), line_limit));
  held_ += kept;
  dropped_ += piece.size() - kept.size();
}

/// Lines of data that need no care. Returns how much was taken.
std::size_t UuDecoder::take_fast(std::string_view text, std::string& out) {
  if (place_ != Place::data || !held_.empty() || careful_ > 0) return 0;
  text = text.substr(0, segment);
  std::size_t used = 0;
  append_within(text.size() / 4 * 3 + UuKernels::slack, out, [&](char* at) {
    const auto decoded = kernels_->decode_lines(text.data(), text.size(), at);
    used = decoded.used;
    return decoded.out;
  });
  if (used == 0) careful_ = careful_lines;
  return used;
}

void UuDecoder::update(std::string_view chunk, std::string& out) {
  while (!chunk.empty() && !stopped()) {
    if (const auto used = take_fast(chunk, out); used > 0) {
      chunk.remove_prefix(used);
      offset_ += used;
      continue;
    }
    const auto newline = chunk.find('\n');
    if (newline == std::string_view::npos) return hold(chunk, out);
    const auto piece = chunk.substr(0, newline + 1);
    chunk.remove_prefix(piece.size());
    if (held_.empty()) {
      take_line(piece, out);
      offset_ += piece.size();
    } else {
      hold(piece, out);
      take_line(held_, out);
      offset_ += held_.size() + dropped_;
      held_.clear();
      dropped_ = 0;
    }
    inside_line_ = false;
    if (careful_ > 0) --careful_;
  }
}

void UuDecoder::finish(std::string& out) {
  if (stopped()) return;
  if (!held_.empty()) take_line(held_, out);
  offset_ += held_.size() + dropped_;
  held_.clear();
  if (place_ == Place::base64) {
    end_file(out);
    ended_ = false;
  }
  if (!ended_) note(offset_);
}

std::string_view UuDecoder::update(std::string_view chunk) {
  room_.clear();
  update(chunk, room_);
  return room_;
}

std::string_view UuDecoder::finish() {
  room_.clear();
  finish(room_);
  return room_;
}

}  // namespace codec

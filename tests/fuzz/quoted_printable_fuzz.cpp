// Encoding and decoding in any pieces gives the text back, in short lines of printable ASCII; any input
// decodes the same in any pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "codec/quoted_printable.hpp"

namespace {

using Mode = codec::QpEncoder::Mode;

std::string encode(std::string_view text, std::size_t piece, Mode mode) {
  std::string out;
  codec::QpEncoder encoder(mode);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    encoder.update(text.substr(0, piece), out);
  encoder.finish(out);
  return out;
}

std::string decode(std::string_view text, std::size_t piece, bool with_bad,
                   codec::QpReading reading = codec::QpReading::plain) {
  std::string out;
  codec::QpDecoder decoder(reading);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    decoder.update(text.substr(0, piece), out);
  decoder.finish(out);
  return with_bad && decoder.bad() ? out + std::to_string(*decoder.bad()) : out;
}

void check_lines(std::string_view encoded, std::size_t columns = 76) {
  std::size_t column = 0;
  for (const char c : encoded) {
    column = c == '\n' ? 0 : column + 1;
    if (column > columns || (c != '\n' && c != '\t' && (c < ' ' || c > '~'))) std::abort();
  }
}

/// CRLF is a line end like LF in text.
std::string with_lf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' && out.ends_with('\r')) out.pop_back();
    out += c;
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::size_t piece = data[0] % 100U + 1;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const auto mode : {Mode::text, Mode::binary}) {
    const auto encoded = encode(text, piece, mode);
    check_lines(encoded);
    if (decode(encoded, piece, true, codec::QpReading::strict) != decode(encoded, size, false)) std::abort();
    if (decode(encoded, piece, false) != (mode == Mode::text ? with_lf(text) : text)) std::abort();
    if (decode(encoded, 1, true) != decode(encoded, size, false)) std::abort();
  }
  for (const auto reading :
       {codec::QpReading::strict, codec::QpReading::plain, codec::QpReading::forgiving}) {
    if (decode(text, piece, true, reading) != decode(text, size, true, reading)) std::abort();
  }
  const std::size_t columns = data[0] % 20U + 4;
  std::string narrow;
  codec::QpEncoder encoder(Mode::binary, "\n", columns);
  encoder.update(text, narrow);
  encoder.finish(narrow);
  check_lines(narrow, columns);
  if (codec::qp_decode(narrow) != text) std::abort();
  return 0;
}

// Encoding and decoding in any pieces gives the octets back; any input decodes the same in any pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "codec/uu.hpp"

namespace {

std::string decode(std::string_view text, std::size_t piece, codec::UuReading reading,
                   codec::UuDecoder::Start start) {
  std::string out;
  codec::UuDecoder decoder(reading, start);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    decoder.update(text.substr(0, piece), out);
  decoder.finish(out);
  if (decoder.begin()) out += decoder.begin()->name;
  return out + (decoder.ended() ? "ended" : "") + (decoder.bad() ? std::to_string(*decoder.bad()) : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using codec::UuReading;
  using Start = codec::UuDecoder::Start;
  if (size < 2) return 0;
  const std::size_t piece = data[0] % 100U + 1;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  std::string encoded;
  codec::UuEncoder encoder(0644, "a", data[1] % 63U + 1, data[1] > 128 ? "\r\n" : "\n");
  for (auto rest = text; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
    encoder.update(rest.substr(0, piece), encoded);
  }
  encoder.finish(encoded);
  if (decode(encoded, piece, UuReading::strict, Start::begin) != std::string(text) + "aended") std::abort();
  for (const auto reading : {UuReading::strict, UuReading::plain, UuReading::forgiving}) {
    for (const auto start : {Start::begin, Start::data}) {
      if (decode(text, piece, reading, start) != decode(text, size, reading, start)) std::abort();
    }
  }
  codec::is_uu_line(text);
  codec::parse_uu_begin(text);
  return 0;
}

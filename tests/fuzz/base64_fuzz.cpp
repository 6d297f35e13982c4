// Encoding and decoding in any pieces gives the octets back; any input decodes the same in any pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "codec/base64.hpp"

namespace {

std::string decode(std::string_view text, std::size_t piece, codec::Base64Reading reading) {
  std::string out;
  codec::Base64Decoder decoder(reading);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    decoder.update(text.substr(0, piece), out);
  decoder.finish(out);
  return out + (decoder.bad() ? std::to_string(*decoder.bad()) : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using codec::Base64Reading;
  if (size < 2) return 0;
  const std::size_t piece = data[0] % 40U + 1;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  std::string encoded;
  codec::Base64Encoder encoder(data[1] % 80U);
  for (auto rest = text; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
    encoder.update(rest.substr(0, piece), encoded);
  }
  encoder.finish(encoded);
  if (decode(encoded, piece, Base64Reading::strict) != text) std::abort();
  for (const auto reading : {Base64Reading::strict, Base64Reading::plain, Base64Reading::forgiving}) {
    if (decode(text, piece, reading) != decode(text, size, reading)) std::abort();
  }
  return 0;
}

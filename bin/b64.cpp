// Base64: encodes or decodes files or standard input to standard output.
#include "codec/base64.hpp"
#include "fs/filter.hpp"
#include "proc/coder.hpp"
#include "proc/run.hpp"

namespace {

constexpr proc::Option options[] = {
    {"decode,d", "", "decode"},
    {"ignore-garbage,i", "", "when decoding, skip what is not base64"},
    {"wrap,w", "COLS", "when encoding, end a line after COLS characters; 0: never", "76"},
    {"crlf", "", "when encoding, end lines with CR LF"},
    {"strict", "", "when decoding, refuse all that RFC 4648 does not write"},
};
constexpr proc::Usage usage = {"b64", "[-d [-i | --strict]] [-w COLS] [--crlf] [FILE...]",
                               "Encode or decode base64 (RFC 4648); standard input without FILE.",
                               "  b64 photo.jpg > photo.b64\n  b64 -d photo.b64 | display\n", options};

base::Result<int> encode(const proc::Options& given) {
  TRY_ASSIGN(const auto columns, given.number("wrap", 0, 1'000'000'000));
  TRY(fs::filter(given.arguments, codec::Base64Encoder(columns, proc::line_end_of(given))));
  return 0;
}

base::Result<int> decode(const proc::Options& given) {
  codec::Base64Decoder decoder(proc::reading_of<codec::Base64Reading>(given));
  TRY(fs::filter(given.arguments, decoder, [&]() -> base::Result<void> {
    if (!decoder.stopped()) return {};
    return base::fail(base::Exit::data, "not base64 at offset " + std::to_string(*decoder.bad()));
  }));
  return 0;
}

base::Result<int> work(const proc::Options& given) {
  return proc::code(given, encode, decode);
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

// Quoted-printable: encodes or decodes files or standard input to standard output.
#include "codec/quoted_printable.hpp"
#include "fs/filter.hpp"
#include "proc/coder.hpp"
#include "proc/run.hpp"

namespace {

constexpr proc::Option options[] = {
    {"decode,d", "", "decode"},
    {"ignore-garbage,i", "", "when decoding, leave out an '=' that starts nothing"},
    {"wrap,w", "COLS", "when encoding, lines of at most COLS characters; 0: any length", "76"},
    {"binary,b", "", "when encoding, line ends are data"},
    {"crlf", "", "when encoding, end lines with CR LF"},
    {"strict", "", "when decoding, refuse all that RFC 2045 section 6.7 does not write"},
};
constexpr proc::Usage usage = {"qp", "[-d [-i | --strict]] [-w COLS] [--binary] [--crlf] [FILE...]",
                               "Encode or decode quoted-printable (RFC 2045); standard input without FILE.",
                               "  qp letter.txt > letter.qp\n  qp -d letter.qp\n", options};

base::Result<int> encode(const proc::Options& given) {
  using Mode = codec::QpEncoder::Mode;
  TRY_ASSIGN(const auto columns, given.number("wrap", 0, 1'000'000'000));
  // An octet and the '=' of a soft break.
  if (columns > 0 && columns < 4) return base::fail(base::Exit::usage, "wrap: 0, or at least 4");
  TRY(fs::filter(given.arguments, codec::QpEncoder(given.has("binary") ? Mode::binary : Mode::text,
                                                   proc::line_end_of(given), columns)));
  return 0;
}

base::Result<int> decode(const proc::Options& given) {
  codec::QpDecoder decoder(proc::reading_of<codec::QpReading>(given));
  TRY(fs::filter(given.arguments, decoder, [&]() -> base::Result<void> {
    if (!decoder.stopped()) return {};
    return base::fail(base::Exit::data, "not quoted-printable at offset " + std::to_string(*decoder.bad()));
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

// Quoted-printable: encodes or decodes files or standard input to standard output.
#include "codec/quoted_printable.hpp"
#include "fs/stream.hpp"
#include "proc/run.hpp"

namespace {

constexpr proc::Option options[] = {
    {"decode,d", "", "decode"},
    {"binary,b", "", "when encoding, line ends are data"},
    {"strict", "", "when decoding, refuse an '=' that starts nothing"},
};
constexpr proc::Usage usage = {"qp", "[-d [--strict]] [--binary] [FILE...]",
                               "Encode or decode quoted-printable (RFC 2045); standard input without FILE.",
                               "  qp letter.txt > letter.qp\n  qp -d letter.qp\n", options};

base::Result<int> encode(const proc::Options& given) {
  using Mode = codec::QpEncoder::Mode;
  codec::QpEncoder encoder(given.has("binary") ? Mode::binary : Mode::text);
  std::string out;
  TRY(fs::each_chunk(given.arguments, [&](std::string_view chunk) {
    out.clear();
    encoder.update(chunk, out);
    return fs::write_all(1, out);
  }));
  out.clear();
  encoder.finish(out);
  TRY(fs::write_all(1, out));
  return 0;
}

base::Result<int> decode(const proc::Options& given) {
  codec::QpDecoder decoder;
  const auto check = [&]() -> base::Result<void> {
    if (!decoder.bad() || !given.has("strict")) return {};
    return base::fail(base::Exit::data, "not quoted-printable at offset " + std::to_string(*decoder.bad()));
  };
  std::string out;
  TRY(fs::each_chunk(given.arguments, [&](std::string_view chunk) -> base::Result<void> {
    out.clear();
    decoder.update(chunk, out);
    TRY(fs::write_all(1, out));
    return check();
  }));
  out.clear();
  decoder.finish(out);
  TRY(fs::write_all(1, out));
  TRY(check());
  return 0;
}

base::Result<int> work(const proc::Options& given) {
  return given.has("decode") ? decode(given) : encode(given);
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

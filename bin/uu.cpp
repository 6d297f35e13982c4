// Uuencode: encodes or decodes files or standard input to standard output.
#include "codec/uu.hpp"

#include <sys/stat.h>

#include "fs/filter.hpp"
#include "proc/coder.hpp"
#include "proc/run.hpp"

namespace {

constexpr proc::Option options[] = {
    {"decode,d", "", "decode; the name in the input is not used"},
    {"ignore-garbage,i", "", "when decoding, skip lines that are no data"},
    {"wrap,w", "COLS", "when encoding, lines of at most COLS characters (5 to 85; 0: 85)", "61"},
    {"mode,m", "MODE", "when encoding, permission bits in octal; else the file's"},
    {"name,n", "NAME", "when encoding, the name in the first line; else the file's"},
    {"crlf", "", "when encoding, end lines with CR LF"},
    {"strict", "", "when decoding, refuse all that POSIX does not write"},
};
constexpr proc::Usage usage = {"uu", "[-d [-i | --strict]] [-w COLS] [-m MODE] [-n NAME] [--crlf] [FILE...]",
                               "Uuencode each FILE, or decode what is in them; standard input without FILE.",
                               "  uu photo.jpg > photo.uu\n  uu -d old-letter.txt > attachment\n", options};

base::Result<std::uint64_t> line_octets(const proc::Options& given) {
  TRY_ASSIGN(const auto columns, given.number("wrap", 0, 85));
  if (columns > 0 && columns < 5) return base::fail(base::Exit::usage, "wrap: 0, or from 5 to 85");
  return columns == 0 ? codec::UuEncoder::most_octets : (columns - 1) / 4 * 3;
}

/// What the first line says: as given, else as the file has it.
base::Result<unsigned> mode_of(const proc::Options& given, int file) {
  if (given.has("mode")) {
    const auto begun = codec::parse_uu_begin("begin " + given.get("mode") + " x");
    if (!begun) return base::fail(base::Exit::usage, "mode: three or four octal digits");
    return begun->mode;
  }
  struct stat status = {};
  const bool plain = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  return plain ? status.st_mode & 0777U : 0644U;
}

base::Result<void> encode_one(const proc::Options& given, const std::string& path) {
  TRY_ASSIGN(const auto octets, line_octets(given));
  fs::Fd opened;
  if (path != "-") {
    TRY_ASSIGN(opened, fs::open(path, O_RDONLY));
  }
  const int file = path == "-" ? 0 : opened.get();
  TRY_ASSIGN(const unsigned mode, mode_of(given, file));
  const auto name = given.has("name") ? given.get("name") : path.substr(path.rfind('/') + 1);
  if (name.empty()) return base::fail(base::Exit::usage, "name: must not be empty");
  codec::UuEncoder encoder(mode, name, octets, proc::line_end_of(given));
  TRY(fs::each_chunk(file, path,
                     [&](std::string_view chunk) { return fs::write_all(1, encoder.update(chunk)); }));
  return fs::write_all(1, encoder.finish());
}

base::Result<int> encode(const proc::Options& given) {
  if (given.arguments.empty()) TRY(encode_one(given, "-"));
  for (const auto& path : given.arguments) TRY(encode_one(given, path));
  return 0;
}

base::Result<int> decode(const proc::Options& given) {
  codec::UuDecoder decoder(proc::reading_of<codec::UuReading>(given));
  TRY(fs::filter(given.arguments, decoder, [&]() -> base::Result<void> {
    if (!decoder.stopped() || (!decoder.begin() && !given.has("strict"))) return {};
    return base::fail(base::Exit::data, "not uuencoded at offset " + std::to_string(*decoder.bad()));
  }));
  if (!decoder.begin()) return base::fail(base::Exit::data, "no line 'begin MODE NAME'");
  return 0;
}

base::Result<int> work(const proc::Options& given) {
  return proc::code(given, encode, decode);
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

// Shows the parts of a message, writes one decoded, or extracts its files.
#include <algorithm>

#include "base/ascii.hpp"
#include "codec/charset.hpp"
#include "fs/mapping.hpp"
#include "proc/confine.hpp"
#include "proc/run.hpp"
#include "serve/decode.hpp"

namespace {

constexpr proc::Option options[] = {
    {"part,p", "ID", "write this part decoded, text as UTF-8"},
    {"bytes", "", "with -p, undo no more than the transfer encoding"},
    {"raw", "", "with -p, undo nothing"},
    {"extract,x", "", "put the files (or the parts ID) into DIR and list them"},
    {"directory,C", "DIR", "where -x puts files", "."},
};
constexpr proc::Usage usage = {
    "mime-decode", "[-p ID [--bytes | --raw] | -x [-C DIR] [ID...]] [FILE]",
    "Show the parts of a message, write one decoded, or extract files.",
    "  mime-decode message\n  mime-decode -p 1.2 message\n  mime-decode -x -C files < message\n", options};

bool is_number(const std::string& argument) {
  return std::all_of(argument.begin(), argument.end(),
                     [](char c) { return base::is_digit(c) || c == '.'; }) &&
         std::any_of(argument.begin(), argument.end(), base::is_digit);
}

base::Result<void> check(const proc::Options& given, std::size_t files, std::size_t numbers) {
  const bool part = given.has("part");
  const bool extract = given.has("extract");
  const bool bytes = given.has("bytes");
  const bool raw = given.has("raw");
  if (part && extract) return base::fail(base::Exit::usage, "-p and -x exclude each other");
  if ((bytes || raw) && !part) return base::fail(base::Exit::usage, "--bytes and --raw belong to -p");
  if (bytes && raw) return base::fail(base::Exit::usage, "--bytes and --raw exclude each other");
  if (files > 1) return base::fail(base::Exit::usage, "one message at a time");
  if (numbers > 0 && !extract) return base::fail(base::Exit::usage, "numbers of parts belong to -p and -x");
  return {};
}

base::Result<int> work(const proc::Options& given) {
  std::vector<std::string> numbers;
  std::vector<std::string> files;
  for (const auto& argument : given.arguments) (is_number(argument) ? numbers : files).push_back(argument);
  TRY(check(given, files.size(), numbers.size()));
  TRY_ASSIGN(const auto message, fs::Mapping::open(files.empty() ? "-" : files.front()));
  proc::Confinement allowed{{codec::charset_tables}, {}, {}};
  if (given.has("extract")) allowed.write = {given.get("directory")};
  TRY(proc::confine(allowed));
  TRY_ASSIGN(auto decode, serve::Decode::open(message.text()));
  if (given.has("extract")) {
    TRY(decode.extract(given.get("directory"), numbers, 1));
  } else if (given.has("part")) {
    const auto undo = given.has("raw")     ? serve::Undo::nothing
                      : given.has("bytes") ? serve::Undo::encoding
                                           : serve::Undo::all;
    TRY(decode.write_part(given.get("part"), undo, 1));
  } else {
    TRY(decode.show_tree(1));
  }
  return decode.damaged() ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

// Builds a MIME message from texts and files and writes it to standard output.
#include <magic.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>

#include "fs/fd.hpp"
#include "fs/window.hpp"
#include "proc/confine.hpp"
#include "proc/run.hpp"
#include "serve/clock.hpp"
#include "serve/compose.hpp"
#include "serve/compose_header.hpp"
#include "serve/progress.hpp"

namespace {

constexpr proc::Option options[] = {
    {"header,H", "FIELD", "a field of the header, 'Name: value' in any language"},
    {"from,f", "FROM", "the author"},
    {"to,t", "TO", "whom it is for"},
    {"cc,c", "CC", "who else gets it"},
    {"bcc,b", "BCC", "who gets it without the others' knowing; sendmail -t takes it out"},
    {"subject,s", "SUBJECT", "in any language"},
    {"text", "FILE", "the body, UTF-8; - is standard input"},
    {"html", "FILE", "the same body as HTML"},
    {"inline", "FILE", "a file that the HTML shows as cid:NAME"},
    {"attach,a", "FILE", "a file; FILE;type=TYPE;name=NAME says more"},
    {"forward", "FILE", "a message, as a message"},
    {"digest", "", "the messages of --forward as one digest"},
    {"parallel", "", "all parts to be shown at the same time"},
    {"utf8", "", "the header in UTF-8 as it is, for addresses in any script; not every host takes it"},
    {"date", "DATE", "instead of now; @SECONDS since 1970 or as it shall stand"},
    {"boundary", "TEXT", "instead of a random one"},
    {"output,o", "FILE", "instead of standard output"},
};
constexpr proc::Usage usage = {
    "mime-encode", "[-f FROM] [-t TO]... [-s SUBJECT] [--text FILE] [--html FILE] [-a FILE]...",
    "Build a MIME message; the text comes from standard input when no file is named.",
    "  echo hello | mime-encode -t bob@example.test -s greetings | sendmail -t\n"
    "  mime-encode --text letter.txt -a 'photo.jpg;name=us.jpg' -o message\n"
    "  mime-encode --text note.txt --forward letter.eml | smtp-send --from a@example.test --to "
    "bob@example.test\n",
    options};

/// Lines that are neither empty nor comments.
std::ptrdiff_t own_rules(std::string_view text) {
  std::ptrdiff_t out = 0;
  for (char last = '\n'; const char c : text) {
    if (last == '\n' && c != '#' && c != '\n') ++out;
    last = c;
  }
  return out;
}

/// The database through a window: as a whole it takes 8 MiB. Only where nobody has rules of their own.
bool load(magic_set* magic) {
  const auto own = fs::read_all("/etc/magic", 1 << 16);
  const bool plain = std::getenv("MAGIC") == nullptr && own_rules(own ? *own : "") == 0;
  if (!plain) return magic_load(magic, nullptr) == 0;
  auto database = fs::open_window("/usr/share/misc/magic.mgc");
  if (!database) return magic_load(magic, nullptr) == 0;
  return magic_load_buffers(magic, &database->first, &database->second, 1) == 0;
}

std::string identify(std::string_view start) {
  const std::unique_ptr<magic_set, decltype(&magic_close)> magic(magic_open(MAGIC_MIME), magic_close);
  if (!magic || !load(magic.get())) return {};
  const char* type = magic_buffer(magic.get(), start.data(), start.size());
  return type == nullptr ? std::string() : std::string(type);
}

base::Result<void> read_contents(const proc::Options& given, serve::Draft& draft) {
  for (const auto& path : given.all("text")) draft.bodies.push_back({path, "text/plain", {}, {}});
  for (const auto& path : given.all("html")) draft.bodies.push_back({path, "text/html", {}, {}});
  for (const auto& [option, list] :
       {std::pair{"inline", &draft.shown}, {"forward", &draft.forwarded}, {"attach", &draft.attached}}) {
    for (const auto& argument : given.all(option)) {
      TRY_ASSIGN(auto content, serve::parse_content(argument));
      list->push_back(std::move(content));
    }
  }
  draft.nesting = {given.has("parallel"), given.has("digest")};
  if (draft.nesting.digest && draft.forwarded.empty())
    return base::fail(base::Exit::usage, "--digest is for messages of --forward");
  if (draft.bodies.empty() && draft.shown.empty() && draft.forwarded.empty() && draft.attached.empty())
    draft.bodies.push_back({"-", "text/plain", {}, {}});
  return {};
}

std::uint64_t clock_now() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

/// Whoever waits at a terminal is told how far it has come.
base::Result<int> write(const serve::Draft& draft, int output) {
  serve::Progress progress(clock_now());
  const auto tell = [](const std::string& text) {
    if (!text.empty()) (void)fs::write_all(2, text);
  };
  const serve::Advance advance = [&](std::uint64_t done, std::uint64_t total) {
    tell(progress.advance(done, total, clock_now()));
  };
  const auto composed = serve::compose(
      draft, identify, [&](std::string_view text) { return fs::write_all(output, text); },
      isatty(2) == 1 ? advance : serve::Advance(), [] { return proc::confine({proc::Role::reader}); });
  tell(progress.finish());
  if (!composed) return composed.error();
  return 0;
}

base::Result<int> work(const proc::Options& given) {
  if (!given.arguments.empty()) return base::fail(base::Exit::usage, "files are attached with -a");
  TRY_ASSIGN(const auto random, serve::random_text());
  serve::Draft draft;
  draft.boundary = given.has("boundary") ? given.get("boundary") : "=_" + random;
  if (!mime::is_boundary(draft.boundary)) return base::fail(base::Exit::usage, "--boundary: not a boundary");
  TRY_ASSIGN(draft.header, serve::compose_header(given, random));
  TRY(read_contents(given, draft));
  fs::Fd output(dup(1));
  if (given.has("output")) {
    TRY_ASSIGN(output, fs::open(given.get("output"), O_WRONLY | O_CREAT | O_TRUNC, 0666));
  }
  return write(draft, output.get());
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

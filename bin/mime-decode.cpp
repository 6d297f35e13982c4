// Shows what is in messages, writes parts of them decoded, extracts their files, and says what is wrong.
#include <unistd.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "codec/charset.hpp"
#include "fs/fd.hpp"
#include "fs/output.hpp"
#include "proc/confine.hpp"
#include "proc/log.hpp"
#include "proc/run.hpp"
#include "serve/decode_text.hpp"
#include "serve/decode_tree.hpp"
#include "serve/extract.hpp"
#include "serve/inputs.hpp"

namespace {

constexpr proc::Option options[] = {
    {"json", "", "one object a message on one line, with everything that is known of it"},
    {"text", "", "write what a person reads, HTML as text"},
    {"check", "", "say what is wrong: octet, part, rule"},
    {"part,p", "ID", "write this part decoded, text as UTF-8"},
    {"bytes", "", "with -p, undo no more than the transfer encoding"},
    {"raw", "", "with -p, undo nothing"},
    {"extract,x", "", "create files from parts (ID, TYPE, a pattern of names; else all files)"},
    {"directory,C", "DIR", "where -x creates files", "."},
};
constexpr proc::Usage usage = {
    "mime-decode",
    "[--json | --text | --check | -p ID [--bytes | --raw]] [FILE...]\n"
    "       mime-decode -x [-C DIR] [ID | TYPE | PATTERN]... [FILE...]",
    "Look into messages: show their parts, write one decoded, extract files, find what is wrong.",
    "  mime-decode message\n"
    "  mime-decode --text message | less\n"
    "  mime-decode -p 1.2 < message\n"
    "  mime-decode -x -C files 'image/*' '*.pdf' message\n"
    "  mime-decode --json Maildir/cur/* | jq -r '.headers[] | select(.name == \"Subject\").value'\n",
    options};

struct Task {
  std::vector<std::string> files;
  serve::Selectors selectors;
  fs::Fd directory;          // of -x
  serve::Directory created;  // in it
};

base::Result<void> check(const proc::Options& given) {
  const auto count = [&](std::initializer_list<const char*> names) {
    return std::count_if(names.begin(), names.end(), [&](const char* name) { return given.has(name); });
  };
  if (count({"part", "extract", "json", "text", "check"}) > 1)
    return base::fail(base::Exit::usage, "-p, -x, --json, --text and --check exclude each other");
  if (count({"bytes", "raw"}) > 0 && !given.has("part"))
    return base::fail(base::Exit::usage, "--bytes and --raw belong to -p");
  if (count({"bytes", "raw"}) > 1)
    return base::fail(base::Exit::usage, "--bytes and --raw exclude each other");
  return {};
}

base::Result<Task> read_arguments(const proc::Options& given) {
  Task out;
  const bool extract = given.has("extract");
  std::vector<std::string> selectors;
  for (const auto& argument : given.arguments) {
    const bool file = !extract || argument == "-" || access(argument.c_str(), F_OK) == 0;
    (extract && serve::is_selector(argument, file) ? selectors : out.files).push_back(argument);
  }
  out.selectors = serve::Selectors(std::move(selectors));
  if (out.files.empty()) out.files.emplace_back("-");
  if (given.has("part") && out.files.size() > 1)
    return base::fail(base::Exit::usage, "-p takes one message at a time");
  if (extract) {
    TRY_ASSIGN(out.directory, fs::open(given.get("directory"), O_RDONLY | O_DIRECTORY));
    out.created.descriptor = out.directory.get();
  }
  return out;
}

base::Result<bool> extract(const serve::Message& message, Task& task, fs::Output& out) {
  const auto parts = task.selectors.choose(message);
  if (task.files.size() == 1) {
    TRY(task.selectors.all_meant(message.file));
    if (parts.empty())
      return base::fail(base::Exit::data, message.file + ": there is no file in this message");
  }
  return serve::extract(message, parts, task.created, out);
}

/// True: damaged.
base::Result<bool> one(const proc::Options& given, Task& task, const serve::Message& message,
                       fs::Output& out) {
  if (given.has("extract")) return extract(message, task, out);
  if (given.has("json")) return serve::show_json(message, out);
  if (given.has("check")) return serve::show_defects(message, out);
  if (given.has("part")) {
    TRY_ASSIGN(const auto* part, message.find(given.get("part")));
    const auto undo = given.has("raw")     ? serve::Undo::nothing
                      : given.has("bytes") ? serve::Undo::encoding
                                           : serve::Undo::all;
    return serve::write_part(message, *part, undo, out);
  }
  if (task.files.size() > 1) TRY(out.write(base::printable(message.file) + ":\n"));
  return given.has("text") ? serve::write_readable(message, out) : serve::show_tree(message, out);
}

base::Result<int> work(const proc::Options& given) {
  proc::end_when_nobody_reads();
  TRY(check(given));
  TRY_ASSIGN(auto task, read_arguments(given));
  serve::Inputs inputs(task.files);
  // The names of many files are not known to the sandbox one by one: all may be read then, nothing written.
  proc::Confinement allowed{proc::Role::reader, {task.files.size() > 1 ? "/" : codec::charset_tables}};
  if (given.has("extract")) allowed = {proc::Role::keeper, std::move(allowed.read), {given.get("directory")}};
  TRY(proc::confine(allowed));
  fs::Output out(1);
  int status = 0;
  for (std::size_t i = 0; i < task.files.size(); ++i) {
    const auto& file = task.files[i];
    const auto mapping = inputs.take(i);
    const auto damaged = [&]() -> base::Result<bool> {
      if (!mapping) return mapping.error();
      TRY_ASSIGN(const auto message,
                 serve::Message::open(file == "-" ? "standard input" : file, mapping->text()));
      return one(given, task, message, out);
    }();
    if (damaged) {
      status = std::max(status, *damaged ? 1 : 0);
      continue;
    }
    TRY(out.flush());
    const bool goes_on = !mapping || damaged.error().code == base::Exit::data;
    if (!goes_on || task.files.size() == 1) return damaged.error();
    proc::complain("mime-decode: " + damaged.error().what + "\n");
    status = static_cast<int>(damaged.error().code);
  }
  TRY(out.flush());
  TRY(task.selectors.all_meant("all messages"));
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

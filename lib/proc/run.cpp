#include "proc/run.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <new>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "proc/completion.hpp"
#include "proc/log.hpp"

namespace proc {

namespace {

int report(const Usage& usage, const base::Error& error) {
  std::string line = std::string(usage.program) + ": " + error.what + "\n";
  if (error.code == base::Exit::usage) line += "try '" + std::string(usage.program) + " --help'\n";
  complain(line);
  return static_cast<int>(error.code);
}

/// A program that was started with one of them closed would get the next file it opens in its place, and
/// write its log into it.
bool fill_standard_descriptors() {
  int filled = 0;
  do {
    filled = open("/dev/null", O_RDWR);
  } while (filled >= 0 && filled <= 2);
  if (filled > 2) close(filled);
  return filled >= 0;
}

base::Result<int> start(int argc, char** argv, const Usage& usage,
                        const std::function<base::Result<int>(const Options&)>& work) {
  std::signal(SIGPIPE, SIG_IGN);
  // Who started it may have ignored it: then children end without a word, and nobody can wait for them.
  std::signal(SIGCHLD, SIG_DFL);
  std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  TRY_ASSIGN(const Options options, parse(usage, arguments));
  if (options.has("help")) {
    TRY(fs::write_all(1, help_text(usage)));
    return 0;
  }
  if (options.has("version")) {
    TRY(fs::write_all(1, std::string(usage.program) + " (tubepost) " TUBEPOST_VERSION "\n"));
    return 0;
  }
  if (options.has("completion")) {
    TRY_ASSIGN(const auto script, completion(usage, options.get("completion")));
    TRY(fs::write_all(1, script));
    return 0;
  }
  // A server whose dashes were forgotten must not become another than was meant.
  if (usage.synopsis == "[options]" && !options.arguments.empty())
    return base::fail(base::Exit::usage,
                      "unexpected operand '" + base::printable(options.arguments[0], 60) + "'");
  auto status = work(options);
  return status ? status : base::Result<int>(options.placed(status.error()));
}

}  // namespace

void end_when_nobody_reads() {
  std::signal(SIGPIPE, SIG_DFL);
}

void end(const Usage& usage, const base::Result<int>& status) {
  _exit(status ? *status : report(usage, status.error()));
}

int run(int argc, char** argv, const Usage& usage,
        const std::function<base::Result<int>(const Options&)>& work) {
  try {
    if (!fill_standard_descriptors()) return static_cast<int>(base::Exit::os);
    log_as(usage.program);
    const auto status = start(argc, argv, usage, work);
    return status ? *status : report(usage, status.error());
  } catch (const std::bad_alloc&) {
    return report(usage, base::fail(base::Exit::temporary, "out of memory"));
  } catch (const std::exception& e) {
    return report(usage, base::fail(base::Exit::software, std::string("bug: ") + e.what()));
  }
}

}  // namespace proc

#include "proc/log.hpp"

#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <string>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "fs/stamp.hpp"

namespace proc {

namespace {

struct Log {
  std::string program = "tubepost";
  bool to_syslog = false;
};

Log& state() {
  static Log log;
  return log;
}

bool stderr_is_the_connection() {
  struct stat in = {};
  return fstat(0, &in) == 0 && S_ISSOCK(in.st_mode) && fs::same_file(0, 2);
}

}  // namespace

void log_as(std::string_view program) {
  state().program = program;
  state().to_syslog = stderr_is_the_connection();
  if (state().to_syslog) {
    // Now, and the time zone with it: a confined program can do neither later.
    tzset();
    openlog(state().program.c_str(), LOG_PID | LOG_NDELAY, LOG_MAIL);
  }
}

void complain(std::string_view text) {
  // Names of files and arguments come from anywhere.
  std::string lines;
  base::put_visible(text, lines);
  if (!state().to_syslog) {
    (void)fs::write_all(2, lines);
    return;
  }
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = std::min(lines.find('\n', at), lines.size());
    syslog(LOG_ERR, "%s", lines.substr(at, end - at).c_str());
    at = end + 1;
  }
}

void log(std::string_view id, std::string_view event, std::initializer_list<LogValue> values) {
  std::string text = std::string(id) + " " + std::string(event);
  for (const auto& [key, value] : values) {
    std::string shown = base::printable(value, 300);
    const bool quoted = shown.empty() || shown.find_first_of(" \"=") != std::string::npos;
    text += " " + std::string(key) + "=";
    for (std::size_t at = 0; quoted && (at = shown.find('"', at)) != std::string::npos; at += 2)
      shown.insert(at, "\\");
    text += quoted ? "\"" + shown + "\"" : shown;
  }
  if (state().to_syslog) {
    syslog(LOG_INFO, "%s", text.c_str());
    return;
  }
  (void)fs::write_all(2, state().program + "[" + std::to_string(getpid()) + "] " + text + "\n");
}

}  // namespace proc

#include "serve/compose_type.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "fs/fd.hpp"
#include "fs/stream.hpp"
#include "mime/extension.hpp"
#include "proc/child.hpp"
#include "proc/confine.hpp"

namespace serve {

namespace {

constexpr std::size_t start_size = 64 * 1024;
constexpr std::size_t answer_limit = 4096;
constexpr unsigned seconds = 30;  // for a file that keeps the look busy for ever

/// Memory that is given back goes to the system at once: what matters is the peak.
void keep_little() {
  mallopt(M_MMAP_THRESHOLD, 32 * 1024);
  mallopt(M_TRIM_THRESHOLD, 64 * 1024);
  mallopt(M_TOP_PAD, 0);
}

/// What libmagic reads.
std::vector<std::string> tables() {
  std::vector<std::string> out = {"/etc/magic", "/etc/magic.mime", "/usr/share/misc", "/usr/share/file",
                                  "/usr/lib/file"};
  const char* own = std::getenv("MAGIC");
  std::string_view left = own == nullptr ? "" : own;
  while (!left.empty()) {
    const auto end = std::min(left.find(':'), left.size());
    out.emplace_back(left.substr(0, end));
    // What is made of one that is no table yet.
    out.push_back(out.back() + ".mgc");
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return out;
}

base::Result<std::string> look_apart(std::string_view start, const Identify& look) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return base::system_error("pipe");
  const fs::Fd from(ends[0]);
  fs::Fd to(ends[1]);
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid == 0) {
    keep_little();
    alarm(seconds);
    if (!proc::confine({proc::Role::reader, tables()})) _exit(1);
    // Not more than a pipe takes: nobody reads before this process has ended.
    _exit(fs::write_all(to.get(), look(start).substr(0, answer_limit)) ? 0 : 1);
  }
  to.reset();
  TRY_ASSIGN(const int status, proc::wait(pid));
  std::string answer;
  if (status == 0) TRY(fs::read_some(from.get(), answer, answer_limit, "the look at a file"));
  return answer;
}

}  // namespace

base::Result<std::string> type_of_file(int descriptor, const std::string& name, const Identify& look) {
  TRY_ASSIGN(const auto start, fs::read_up_to(descriptor, 0, start_size));
  const auto certain = mime::certain_type(start, name);
  if (!certain.empty()) return std::string(certain);
  return look_apart(start, look);
}

}  // namespace serve

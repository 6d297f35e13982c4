#include "serve/wakes.hpp"

#include <fcntl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

namespace serve {

namespace {

constexpr std::size_t chunk_size = 4096;
constexpr std::size_t most = 32 * 1024;  // octets, half of what a pipe holds

}  // namespace

/// A named pipe: it holds a thousand names where a datagram socket holds ten (net.unix.max_dgram_qlen).
base::Result<Wakes> Wakes::listen(const std::string& spool) {
  const std::string path = spool + "/wake";
  unlink(path.c_str());
  if (mkfifo(path.c_str(), 0600) != 0) return base::system_error(path);
  // Whoever may pass the spool's directory may knock; a word that is no name of a file is ignored.
  if (chmod(path.c_str(), 0622) != 0) return base::system_error(path);
  // With a writer of its own it never comes to an end.
  TRY_ASSIGN(auto pipe, fs::open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW));
  return Wakes(std::move(pipe));
}

void Wakes::take_lines(Heard& into) {
  std::size_t from = 0;
  for (auto end = text_.find('\n'); end != std::string::npos; end = text_.find('\n', from)) {
    if (auto entry = spool::parse_file_name(std::string_view(text_).substr(from, end - from)))
      into.entries.push_back(std::move(*entry));
    from = end + 1;
  }
  text_.erase(0, from);
  if (text_.size() > chunk_size) text_.clear();
}

Wakes::Heard Wakes::hear() {
  Heard out;
  std::size_t heard = 0;
  char chunk[chunk_size];
  ssize_t got = 0;
  while (heard < most && (got = read(pipe_.get(), chunk, sizeof chunk)) > 0) {
    heard += static_cast<std::size_t>(got);
    text_.append(chunk, static_cast<std::size_t>(got));
    take_lines(out);
    // That was all there is.
    if (static_cast<std::size_t>(got) < sizeof chunk) break;
  }
  out.all = heard < most;
  return out;
}

base::Result<Signals> Signals::block() {
  sigset_t mask;
  sigemptyset(&mask);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&mask, number);
  if (sigprocmask(SIG_BLOCK, &mask, nullptr) != 0) return base::system_error("block signals");
  fs::Fd out(signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!out) return base::system_error("signalfd");
  return Signals(std::move(out));
}

Signals::Heard Signals::hear() {
  Heard out;
  signalfd_siginfo info = {};
  while (read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (info.ssi_signo == SIGHUP) {
      out.reload = true;
    } else if (info.ssi_signo == SIGCHLD) {
      out.child = true;
    } else {
      out.end = true;
    }
  }
  return out;
}

}  // namespace serve

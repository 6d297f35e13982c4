#include "serve/late_close.hpp"

#include <unistd.h>

#include <utility>

#include "fs/packet.hpp"
#include "proc/child.hpp"

namespace serve {

namespace {

constexpr unsigned patience = 30;  // seconds

void close_what_comes(int socket) noexcept {
  while (true) {
    const auto packet = fs::receive_packet(socket);
    if (!packet || !*packet) return;
  }
}

}  // namespace

base::Result<LateClose> LateClose::start() {
  TRY_ASSIGN(auto sockets, fs::packet_sockets());
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid > 0) return LateClose(pid, std::move(sockets.first));
  proc::keep_only({sockets.second.get()});
  close_what_comes(sockets.second.get());
  _exit(0);
}

LateClose::LateClose(LateClose&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), socket_(std::move(other.socket_)) {}

LateClose::~LateClose() {
  socket_.reset();
  if (pid_ > 0) (void)proc::wait(pid_, patience);
}

void LateClose::take(fs::Fd file) const {
  // On an error it is closed here and now.
  (void)fs::send_packet(socket_.get(), "f", file.get());
}

}  // namespace serve

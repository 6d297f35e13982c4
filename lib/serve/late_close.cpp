#include "serve/late_close.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "fs/packet.hpp"
#include "proc/child.hpp"
#include "proc/open_files.hpp"

namespace serve {

namespace {

constexpr unsigned patience = 30;  // seconds
constexpr int pause = 100;         // milliseconds without mail
constexpr std::size_t most_files = 32 * 1024;
constexpr std::size_t spare_files = 100;
constexpr std::uint64_t most_octets = 256 << 20;
constexpr std::uint64_t most_gathered = 1 << 20;  // octets

class Closing {
 public:
  explicit Closing(std::size_t most) : most_(most) {}

  /// Until the other end is closed: then this process ends, and what it still has is closed with it.
  void run(int socket) {
    pollfd waiting = {socket, POLLIN, 0};
    while (true) {
      const bool quiet = poll(&waiting, 1, held_.empty() ? -1 : pause) == 0;
      if (quiet) {
        // One by one: mail may come at any time.
        do close_oldest();
        while (!held_.empty() && poll(&waiting, 1, 0) == 0);
        continue;
      }
      auto files = fs::receive_files(socket);
      if (files.empty()) return;
      for (auto& file : files) hold(std::move(file));
      while (held_.size() > most_ || octets_ > most_octets) close_oldest();
    }
  }

 private:
  struct Held {
    fs::Fd file;
    std::uint64_t octets;
  };

  void hold(fs::Fd file) {
    struct stat info = {};
    const bool known = fstat(file.get(), &info) == 0;
    const auto octets = known ? static_cast<std::uint64_t>(info.st_size) : 0;
    octets_ += octets;
    held_.push_back({std::move(file), octets});
  }

  void close_oldest() {
    octets_ -= held_.front().octets;
    held_.pop_front();
  }

  std::size_t most_;  // files
  std::deque<Held> held_;
  std::uint64_t octets_ = 0;
};

void close_what_comes(int socket) noexcept {
  const auto files = proc::allow_files(most_files + spare_files);
  const auto most = files > spare_files ? files - spare_files : 1;
  Closing(std::min(most, most_files)).run(socket);
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
    : pid_(std::exchange(other.pid_, 0)),
      socket_(std::move(other.socket_)),
      gathered_(std::move(other.gathered_)),
      octets_(other.octets_) {}

LateClose::~LateClose() {
  rest();
  socket_.reset();
  if (pid_ > 0) (void)proc::wait(pid_, patience);
}

void LateClose::ended(pid_t pid) {
  if (pid == pid_) pid_ = 0;
}

void LateClose::take(fs::Fd file, std::uint64_t octets) {
  gathered_.push_back(std::move(file));
  octets_ += octets;
  if (gathered_.size() == fs::most_files || octets_ >= most_gathered) rest();
}

void LateClose::rest() {
  // On an error they are closed here and now.
  if (!gathered_.empty()) (void)fs::send_files(socket_.get(), gathered_);
  gathered_.clear();
  octets_ = 0;
}

}  // namespace serve

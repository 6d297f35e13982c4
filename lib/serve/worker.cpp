#include "serve/worker.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "fs/packet.hpp"

namespace serve {

namespace {

std::optional<Batch> receive_batch(int socket) {
  const auto packet = fs::receive_packet(socket);
  if (!packet || !*packet) return std::nullopt;
  const auto fields = fs::split_fields((*packet)->text);
  if (fields.empty()) return std::nullopt;
  Batch out{fields[0], {}};
  for (std::size_t i = 1; i < fields.size(); ++i) {
    if (auto entry = spool::parse_file_name(fields[i])) out.entries.push_back(std::move(*entry));
  }
  return out;
}

/// An exception ends the process: unwinding would run the parent's work twice.
void serve_batches(int socket, const Worker::Work& work) noexcept {
  while (const auto batch = receive_batch(socket)) {
    if (told_to_end()) return;
    const int left = std::min(work(*batch), 100);
    // What it has not begun is another's.
    if (told_to_end() || !fs::send_packet(socket, std::to_string(left))) return;
  }
}

}  // namespace

bool told_to_end() {
  sigset_t waiting;
  return sigpending(&waiting) == 0 &&
         (sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1);
}

base::Result<Worker> Worker::start(const std::function<void()>& prepare, const Work& work) {
  TRY_ASSIGN(auto sockets, fs::packet_sockets());
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid > 0) return Worker(pid, std::move(sockets.first));
  sockets.first.reset();
  prepare();
  serve_batches(sockets.second.get(), work);
  _exit(0);
}

base::Result<void> Worker::give(const Batch& batch) const {
  std::vector<std::string> names;
  for (const auto& entry : batch.entries) names.push_back(spool::file_name(entry));
  std::vector<std::string_view> fields = {batch.host};
  fields.insert(fields.end(), names.begin(), names.end());
  return fs::send_packet(socket_.get(), fs::join_fields(fields));
}

std::optional<int> Worker::result() const {
  const auto packet = fs::receive_packet(socket_.get());
  if (!packet || !*packet) return std::nullopt;
  const auto left = base::parse_number((*packet)->text, 100);
  return left ? std::optional(static_cast<int>(*left)) : std::nullopt;
}

}  // namespace serve

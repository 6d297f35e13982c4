#include "serve/worker.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <utility>

#include "base/ascii.hpp"
#include "fs/packet.hpp"

namespace serve {

namespace {

constexpr std::size_t most_entries = 1000;

std::optional<std::vector<std::string>> receive_fields(int socket) {
  const auto packet = fs::receive_packet(socket);
  if (!packet || !*packet) return std::nullopt;
  return fs::split_fields((*packet)->text);
}

base::Result<void> send_fields(int socket, std::vector<std::string> fields,
                               const std::vector<spool::Entry>& entries) {
  for (const auto& entry : entries) fields.push_back(spool::file_name(entry));
  return fs::send_packet(socket, fs::join_fields({fields.begin(), fields.end()}));
}

std::vector<spool::Entry> entries_of(const std::vector<std::string>& fields, std::size_t from) {
  std::vector<spool::Entry> out;
  for (std::size_t i = from; i < fields.size(); ++i) {
    if (auto entry = spool::parse_file_name(fields[i])) out.push_back(std::move(*entry));
  }
  return out;
}

std::optional<Batch> receive_batch(int socket) {
  const auto fields = receive_fields(socket);
  if (!fields || fields->size() < 2) return std::nullopt;
  return Batch{(*fields)[0], entries_of(*fields, 2), (*fields)[1] == "whole"};
}

/// False: nothing came in time.
bool wait_for_batch(int socket, int milliseconds) {
  pollfd waiting = {socket, POLLIN, 0};
  return poll(&waiting, 1, milliseconds) != 0;
}

/// An exception ends the process: unwinding would run the parent's work twice.
void serve_batches(int socket, const Worker::Work& work) noexcept {
  while (true) {
    if (!wait_for_batch(socket, work.patience)) work.rest();
    const auto batch = receive_batch(socket);
    if (!batch || told_to_end()) break;
    const auto report = work.deliver(*batch);
    // What it has not begun is another's.
    if (told_to_end()) break;
    if (!send_fields(socket,
                     {std::to_string(report.begun), std::to_string(report.failed),
                      std::to_string(static_cast<int>(report.fortune))},
                     report.deferred))
      break;
  }
  work.rest();
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
  return send_fields(socket_.get(), {batch.line, batch.whole ? "whole" : ""}, batch.entries);
}

std::optional<BatchReport> Worker::report() const {
  const auto fields = receive_fields(socket_.get());
  if (!fields || fields->size() < 3) return std::nullopt;
  const auto begun = base::parse_number((*fields)[0], most_entries);
  const auto failed = base::parse_number((*fields)[1], most_entries);
  const auto fortune = base::parse_number((*fields)[2], static_cast<int>(Fortune::trouble));
  if (!begun || !failed || !fortune) return std::nullopt;
  return BatchReport{*begun, *failed, static_cast<Fortune>(*fortune), entries_of(*fields, 3)};
}

}  // namespace serve

// A child of the queue runner that delivers one batch of messages after the other.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "spool/queue.hpp"

namespace serve {

/// Messages that are delivered one after the other: all local, or all to one host, so that they share its
/// connection.
struct Batch {
  std::string host;  // empty: local
  std::vector<spool::Entry> entries;
};

/// Whether a SIGTERM or SIGINT that is blocked waits.
bool told_to_end();

class Worker {
 public:
  /// In the child: the number of messages of a batch that could not be put aside.
  using Work = std::function<int(const Batch&)>;

  /// `prepare` runs first in the child, which closes there what it must not hold. SIGTERM and SIGINT are
  /// blocked: one that is told to end brings its message to an end, begins no other, and has no result.
  static base::Result<Worker> start(const std::function<void()>& prepare, const Work& work);

  pid_t pid() const { return pid_; }
  int socket() const { return socket_.get(); }

  /// Its names must fit a packet: 50 do.
  base::Result<void> give(const Batch& batch) const;

  /// When the socket can be read: what Work returned. Nothing: it has ended.
  std::optional<int> result() const;

  /// It ends once it has nothing to do.
  void release() { socket_.reset(); }

 private:
  Worker(pid_t pid, fs::Fd socket) : pid_(pid), socket_(std::move(socket)) {}
  pid_t pid_;
  fs::Fd socket_;
};

}  // namespace serve

// A child of the queue runner that delivers one batch of messages after the other.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "serve/delivery_lane.hpp"
#include "serve/lines.hpp"
#include "spool/queue.hpp"

namespace serve {

/// Messages that are delivered one after the other, all of one line (serve/lines.hpp), so that they share its
/// connection or the process that has become the user.
struct Batch {
  std::string line;
  std::vector<spool::Entry> entries;
  bool whole = false;  // go on to the last one, also when the host is in trouble
  bool brief = false;  // who does not answer soon is asked another time
  // One message, and a turn in this line alone; others follow in those behind (serve/delivery_lane.hpp).
  bool alone = false;
  Lanes behind = {};
};

/// What came of a batch.
struct BatchReport {
  std::size_t begun = 0;                  // of its entries, from the first on; the others were not touched
  std::vector<spool::Entry> failed = {};  // of these: could not be put aside
  Fortune fortune = Fortune::unknown;
  std::vector<spool::Entry> deferred = {};                // with their new due times
  std::vector<std::pair<spool::Entry, Lanes>> left = {};  // that go on in other lines now
  std::vector<spool::Entry> damaged = {};                 // of these: for a person
};

/// Whether a SIGTERM or SIGINT that is blocked waits.
bool told_to_end();

class Worker {
 public:
  /// In the child.
  struct Work {
    std::function<BatchReport(const Batch&)> deliver;
    std::function<void()> rest = [] {};  // no batch came for a while, or none will come any more
    int patience = 3000;                 // milliseconds before it rests
  };

  /// `prepare` runs first in the child, which closes there what it must not hold. SIGTERM and SIGINT are
  /// blocked: one that is told to end brings its message to an end, begins no other, and has no report.
  static base::Result<Worker> start(const std::function<void()>& prepare, const Work& work);

  pid_t pid() const { return pid_; }
  int socket() const { return socket_.get(); }

  /// Its names must fit a packet: 50 do.
  base::Result<void> give(const Batch& batch) const;

  /// When the socket can be read. Nothing: it has ended.
  std::optional<BatchReport> report() const;

  /// It ends once it has nothing to do.
  void release() { socket_.reset(); }

 private:
  Worker(pid_t pid, fs::Fd socket) : pid_(pid), socket_(std::move(socket)) {}
  pid_t pid_;
  fs::Fd socket_;
};

}  // namespace serve

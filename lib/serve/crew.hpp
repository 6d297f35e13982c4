// The runner's children: who is at what, who is idle, and who has died.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "serve/worker.hpp"

namespace serve {

class Crew {
 public:
  /// A batch and what came of it; nothing: the child has died, of `signal` or of none (0).
  using Done = std::function<void(const Batch& batch, const std::optional<BatchReport>& report, int signal)>;

  /// `work` runs in each child.
  Crew(Worker::Work work, Done done) : work_(std::move(work)), done_(std::move(done)) {}

  /// To one that is idle, best one that has served the same line last, or else to a new one.
  base::Result<void> give(Batch batch);

  std::size_t at_work() const { return at_work_; }
  bool has_idle() const { return children_.size() > at_work_; }

  /// Where the children say that they are done; what is behind them in `waiting` is not touched.
  void add_sockets(std::vector<pollfd>& waiting) const;
  void hear(const std::vector<pollfd>& waiting);

  /// One has ended, as waitpid(2) says.
  void forget(pid_t pid, int status);

  /// The idle ones end: those that have done nothing since this was called last, or all of them.
  void retire(bool all);

  /// Those of today know what was true when they began: nobody gets another batch.
  void replace();

  /// Each brings the message that it has to its end; nothing new is begun.
  void end();
  bool empty() const { return children_.empty(); }

 private:
  struct Child {
    Worker worker;
    std::optional<Batch> batch = {};  // what it is at
    std::string last = {};            // line
    bool used = true;                 // since retire()
    bool outdated = false;
  };
  using Children = std::map<pid_t, Child>;

  void finish(Child& child, const std::optional<BatchReport>& report, int signal);
  Children::iterator idle_for(const std::string& line);
  base::Result<Children::iterator> start();

  Worker::Work work_;
  Done done_;
  Children children_;
  std::size_t at_work_ = 0;
};

}  // namespace serve

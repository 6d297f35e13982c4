// What wakes the runner: the named pipe on which writers say the names of new messages, and signals.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "spool/queue.hpp"

namespace serve {

class Wakes {
 public:
  /// Makes the pipe `wake` in the spool anew: nothing that was said before counts.
  static base::Result<Wakes> listen(const std::string& spool);

  int pipe() const { return pipe_.get(); }

  struct Heard {
    std::vector<spool::Entry> entries;  // names of files that may be there; each may be forged
    bool all = true;                    // false: so many came that some may have found the pipe full
  };
  /// What has come, without waiting; a word that is cut short is no name.
  Heard hear();

 private:
  explicit Wakes(fs::Fd pipe) : pipe_(std::move(pipe)) {}
  void take_lines(Heard& into);

  fs::Fd pipe_;
  std::string text_;
};

class Signals {
 public:
  /// SIGTERM, SIGINT, SIGHUP and SIGCHLD are blocked from now on, also in children, and read here.
  static base::Result<Signals> block();

  int descriptor() const { return signals_.get(); }

  struct Heard {
    bool end = false;
    bool reload = false;
    bool child = false;  // one has ended, or several
  };
  Heard hear();

 private:
  explicit Signals(fs::Fd signals) : signals_(std::move(signals)) {}
  fs::Fd signals_;
};

}  // namespace serve

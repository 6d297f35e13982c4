#include "spool/grip.hpp"

#include <sys/file.h>

#include <utility>

#include "fs/stamp.hpp"

namespace spool {

Grip::Grip(int file, const std::string& path) {
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    busy_ = true;
    return;
  }
  file_ = file;
  if (!fs::bears_name(file, path)) let_go();
}

void Grip::let_go() {
  // Not by closing alone: a process that was forked in between has the descriptor, too.
  if (file_ >= 0) flock(std::exchange(file_, -1), LOCK_UN);
}

}  // namespace spool

#include "spool/grip.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <utility>

namespace spool {

namespace {

bool bears_name(int file, const std::string& path) {
  struct stat opened = {};
  struct stat named = {};
  return fstat(file, &opened) == 0 && lstat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

}  // namespace

Grip::Grip(int file, const std::string& path) {
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    busy_ = true;
    return;
  }
  file_ = file;
  if (!bears_name(file, path)) let_go();
}

void Grip::let_go() {
  // Not by closing alone: a process that was forked in between has the descriptor, too.
  if (file_ >= 0) flock(std::exchange(file_, -1), LOCK_UN);
}

}  // namespace spool

// Who has a message in hand. Whoever delivers, renames or removes a message's file holds its lock (flock on
// the file) from before he begins until it is done, and has looked, with the lock in hand, whether the file
// still bears the name by which he found it. So a message is delivered, or it is held or deleted, never both.
#pragma once

#include <string>

namespace spool {

class Grip {
 public:
  /// Does not wait. `file` stays the caller's and must outlive this; it was opened by `path`.
  Grip(int file, const std::string& path);
  Grip(const Grip&) = delete;
  Grip& operator=(const Grip&) = delete;
  ~Grip() { let_go(); }

  /// False: a writer, a runner or an operator has it, or it bears another name by now.
  explicit operator bool() const { return file_ >= 0; }
  /// It was there, and another has it.
  bool is_busy() const { return busy_; }

  /// For whoever closes the file earlier. A child that was forked meanwhile holds nothing either.
  void let_go();

 private:
  int file_ = -1;
  bool busy_ = false;
};

}  // namespace spool

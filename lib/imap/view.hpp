// The messages that a client has been told of, by their numbers: UIDs in order, held as runs, so that a
// session on a large mailbox needs no room of its own for each of them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace imap {

class View {
 public:
  struct Seen {
    std::uint32_t uid = 0;
  };

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  /// By place, which is the number less one.
  Seen operator[](std::size_t place) const;
  Seen back() const { return (*this)[size_ - 1]; }

  /// The place of that UID or of the next one that is there; size() for none.
  std::size_t first_at(std::uint32_t uid) const;

  /// `seen` has a larger UID than all there are.
  void push_back(Seen seen);

 private:
  struct Run {
    std::uint32_t uid;    // of its first message
    std::uint32_t place;  // likewise
  };
  std::size_t end_of(std::size_t run) const { return run + 1 < runs_.size() ? runs_[run + 1].place : size_; }

  std::vector<Run> runs_;
  std::size_t size_ = 0;
};

}  // namespace imap

// Memory in which several processes count: those that come from one, or, by the name of a file, those that
// know nothing of one another. It is no record: a file that is damaged, or that another version has made, is
// begun anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "fs/fd.hpp"

namespace fs {

class CommonMemory {
 public:
  /// For this process and those it makes. Exit::os: there is no more.
  static base::Result<CommonMemory> make(std::size_t size);

  /// For all that open `path`, made with mode 0600 if missing. Exit::configuration: it is no plain file with
  /// one name that is this user's alone; otherwise as open(2) says. All of them give one `size`, in octets.
  static base::Result<CommonMemory> open(const std::string& path, std::size_t size);

  struct Unmap {
    std::size_t size = 0;
    void operator()(void* memory) const;
  };
  using Part = std::unique_ptr<void, Unmap>;

  /// `size` octets from `offset` on, a multiple of 4096: zeros at first. It outlives this object, and no
  /// process that is made behind that can map more of it than it has, nor cut the file. Where somebody else
  /// has cut it, the first who counts there goes on in memory of his own, for all that he makes: SIGBUS is
  /// caught.
  base::Result<Part> map(std::size_t offset, std::size_t size) const;

  /// Random, and the same for all: nobody can choose what falls into one place.
  std::uint64_t seed() const { return seed_; }

 private:
  Fd file_;
  std::uint64_t seed_ = 0;
};

/// For a process that touches none of it any more, and ends by _exit(): all parts that are mapped are gone.
void leave_common_memory();

}  // namespace fs

// Descriptors that close themselves, and whole reads and writes. Every error names the path or the work.
#pragma once

#include <fcntl.h>
#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace fs {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  ~Fd() { reset(); }

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }
  void reset(int number = -1);

 private:
  int number_ = -1;
};

/// open(2) with O_CLOEXEC added.
base::Result<Fd> open(const std::string& path, int flags, mode_t mode = 0);

/// Writes all of it, or says why not; interrupted writes go on.
base::Result<void> write_all(int descriptor, std::string_view text);
base::Result<void> write_all_at(int descriptor, std::string_view text, off_t offset);

/// Exactly `length` bytes from `offset`; an earlier end is Exit::data.
base::Result<std::string> read_at(int descriptor, off_t offset, std::size_t length);

/// What is there from `offset` on, at most `most` bytes.
base::Result<std::string> read_up_to(int descriptor, off_t offset, std::size_t most);

/// The whole file; more than `limit` bytes is Exit::data.
base::Result<std::string> read_all(const std::string& path, std::size_t limit);

/// fsync(2). After an error the file's content is unknown: never retry on the same descriptor.
base::Result<void> sync(int descriptor, std::string_view what);

/// fsync(2) of a directory: its entries are on disk when this returns.
base::Result<void> sync_dir(const std::string& path);

/// As sync_dir, for the directory in which the open `file` has just been made. One that may be written but
/// not read cannot be opened for fsync: then the whole file system is synced, by syncfs(2) of the file.
base::Result<void> sync_dir_of(int file, const std::string& path);

}  // namespace fs

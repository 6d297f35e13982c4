// A ReplyMemory in a small file of a user's own, which one process at a time has.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "serve/reply_memory.hpp"

namespace serve {

class ReplyRecord {
 public:
  /// Waits up to half a minute for the lock, `path`.lock; no file is an empty one. Exit::data: it is larger
  /// than ReplyMemory::size_limit.
  static base::Result<ReplyRecord> open(const std::string& path);

  ReplyMemory& memory() { return memory_; }

  /// Notes `who` before `send`, and takes that back where it fails: what cannot be noted must not be sent at
  /// every try anew.
  base::Result<void> send_once(std::string_view who, std::uint64_t now, std::uint64_t interval,
                               const std::function<base::Result<void>()>& send);

  /// The new text in place of the old one, on disk; never half of it.
  base::Result<void> save() const;

 private:
  ReplyRecord(std::string path, fs::Fd lock, ReplyMemory memory)
      : path_(std::move(path)), lock_(std::move(lock)), memory_(std::move(memory)) {}

  std::string path_;
  fs::Fd lock_;
  ReplyMemory memory_;
};

}  // namespace serve

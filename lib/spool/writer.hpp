// Putting a message into the queue. The commit: exclusive create under the final name, write, end mark and
// length, fsync of the file, fsync of the directory; only then may anyone be told that the message is safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "spool/envelope.hpp"

namespace spool {

class Writer {
 public:
  /// Starts a message under `spool`/queue. `now` in microseconds since 1970; delivery is tried from `due`
  /// (seconds since 1970) on, 0: at once. Of the envelope the id is made here, and the time where it has
  /// none. Exit::data: there is no recipient, an address holds control characters, or all of them do not fit
  /// into a head (1 MiB); temporary, io or os as the disk says.
  static base::Result<Writer> create(const std::string& spool, std::uint64_t now, Envelope envelope,
                                     std::uint64_t due = 0);
  static base::Result<Writer> create(const std::string& spool, std::uint64_t now, const std::string& sender,
                                     const std::vector<std::string>& recipients);
  Writer(Writer&&) = default;
  Writer& operator=(Writer&&) = delete;

  /// A message that was not committed is removed.
  ~Writer();

  const std::string& id() const { return id_; }

  /// The file's name, which tells a runner all that it has to know.
  const std::string& name() const { return name_; }

  /// Bytes of the message, with LF line ends. After an error the message can only be dropped.
  base::Result<void> write(std::string_view bytes);

  /// Whole lines that stand behind the end mark, as those of Queue::note().
  void add_notes(std::string_view lines) { notes_ += lines; }

  /// On success the message survives a power cut. After any error it does not exist.
  base::Result<void> commit();

 private:
  Writer() = default;
  base::Result<void> flush();
  base::Result<void> finish();

  fs::Fd file_;
  std::string id_;
  std::string name_;
  std::string directory_;
  std::string path_;  // empty once committed or given up
  std::string buffer_;
  std::string notes_;
  bool begun_ = false;  // some of it is in the file
  std::uint64_t length_ = 0;
  std::uint32_t checksum_ = 0;
  std::size_t length_offset_ = 0;
};

/// Exit::configuration: this process could not queue a message there.
base::Result<void> check_writable(const std::string& spool);

/// Tells a waiting runner the file's name, without waiting for it; what a lost word would have said it
/// finds later.
void wake(const std::string& spool, std::string_view name);

}  // namespace spool

// The queue as the runner and the operator's tools see it. All that scheduling needs is in the file name:
// `DUE.ID.DESTINATION`, DUE in ten hexadecimal digits of seconds since 1970.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "spool/envelope.hpp"

namespace spool {

struct Entry {
  std::uint64_t due = 0;  // seconds since 1970
  std::string id;
  std::string destination;  // the first recipient's domain, made safe for a file name
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// An entry's file name; `destination` may be a whole address, of which the domain is taken.
std::string file_name(const Entry& entry);
std::optional<Entry> parse_file_name(std::string_view name);

/// Octets; the text of a shorter message is kept once it was read.
constexpr std::uint64_t short_message = 32 * 1024;

struct Message {
  Envelope envelope;
  fs::Fd file;
  std::string text = {};  // as it was verified; empty: only in the file
};

class Queue {
 public:
  explicit Queue(std::string spool) : spool_(std::move(spool)) {}

  /// Every message, by names alone, sorted by due time. Files with other names are left out.
  base::Result<std::vector<Entry>> scan() const;

  /// The same, where one directory that cannot be read must not hold up what is in the others.
  std::vector<Entry> scan_what_can_be_read(std::vector<base::Error>& trouble) const;

  /// Opens a message and checks it whole: length, end mark and checksum. Exit::data: it is incomplete or
  /// damaged; Exit::no_input: it is not there any more.
  base::Result<Message> open(const Entry& entry) const;

  /// As root: the file belongs to root from now on, so that whoever received the message can touch it no
  /// more.
  static base::Result<void> claim(const Message& message);

  /// At most `most` bytes of an open message from `offset` on, of a short one as they were verified; empty at
  /// its end.
  static base::Result<std::string> read(const Message& message, std::uint64_t offset, std::uint64_t most);

  /// The bytes of an open message in pieces of at most 64 KiB; `use` may end it with an error.
  static base::Result<void> each_chunk(const Message& message,
                                       const std::function<base::Result<void>(std::string_view)>& use);

  /// The entry of that name; nothing for a name that is none or a file that is not there.
  std::optional<Entry> find(std::string_view name) const;

  /// The first recipients that are still to do, at most `count`, without a look at the message; none: nobody
  /// is, or the file is not a message. Exit::no_input: there is no such file any more.
  base::Result<std::vector<std::string>> first_to_do(const Entry& entry, std::size_t count) const;

  /// Whether a writer holds the file's lock: what it wrote may be whole, but is not on disk yet. Between the
  /// two calls by which a writer makes a file and locks it, the file is empty: one that came less than a
  /// minute before `now` (microseconds since 1970) is taken for that. No longer true: it says now what it is.
  bool is_being_written(const Entry& entry, std::uint64_t now) const;
  static bool is_being_written(const Message& message);

  /// Removes what a writer that died has left: incomplete, and nobody holds its lock. True if it was.
  base::Result<bool> reap(const Entry& entry) const;

  /// Moves what is damaged or incomplete, and whose writer is gone, to `damaged/` in the spool, where nobody
  /// delivers it and a person may look. True if it was; false for what is whole or still being written.
  base::Result<bool> quarantine(const Entry& entry) const;

  /// Files in the queue that no runner ever takes for messages: `DIGIT/NAME` with a name that is none, or in
  /// another folder than its id belongs to. Names that begin with a dot do not count.
  base::Result<std::vector<std::string>> strays() const;

  /// Moves one of them to `damaged/`, too.
  base::Result<void> quarantine_stray(const std::string& stray) const;

  /// Notes a recipient's fate in place, on disk before it returns.
  static base::Result<void> mark(Message& message, std::size_t recipient, Status status);

  /// The same for several with one sync: also done but owed, or still to do but late (see Recipient).
  static base::Result<void> mark(Message& message, const std::vector<std::size_t>& recipients, Status status);
  static base::Result<void> mark_owed(Message& message, const std::vector<std::size_t>& recipients);
  static base::Result<void> mark_late(Message& message, const std::vector<std::size_t>& recipients);

  /// Adds a line behind the end mark, for the person who reads the file.
  static base::Result<void> note(const Message& message, std::string_view line);

  /// Gives the message a new due time. A rename that a crash loses means an early retry.
  base::Result<Entry> defer(const Entry& entry, std::uint64_t due) const;

  /// Called with each entry that this object gives a new due time.
  void on_defer(std::function<void(const Entry&)> tell) { tell_ = std::move(tell); }

  base::Result<void> remove(const Entry& entry) const;
  std::string path(const Entry& entry) const;

 private:
  base::Result<void> put_aside(const std::string& folder, const std::string& name) const;

  std::string spool_;
  std::function<void(const Entry&)> tell_;
};

/// When to try again: `first` seconds after a message of no age, then ever longer (half of its age), at most
/// a day; nothing when it is older than `lifetime`.
std::optional<std::uint64_t> next_due(std::uint64_t received, std::uint64_t now, std::uint64_t first,
                                      std::uint64_t lifetime);

}  // namespace spool

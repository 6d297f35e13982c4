// What the machine asks of the mail store: a port, which tests fill from memory and the server from Maildirs.
// Names are UTF-8 with '.' between levels; INBOX is in upper case.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace imap {

enum Flag : unsigned { seen = 1, answered = 2, flagged = 4, deleted = 8, draft = 16 };

struct Flags {
  unsigned system = 0;                // Flag values
  std::vector<std::string> keywords;  // sorted, none twice
  friend bool operator==(const Flags&, const Flags&) = default;
};

struct Message {
  std::uint32_t uid = 0;
  std::uint64_t modseq = 0;  // grows with every change of the flags
  std::uint64_t date = 0;    // internal date, seconds since 1970
  Flags flags;
  bool recent = false;
};

enum class Change { replace, add, remove };

/// Where copies or an appended message went (RFC 4315).
struct Placed {
  std::uint32_t validity = 0;
  std::vector<std::uint32_t> uids;
};

/// A selected mailbox.
class Mailbox {
 public:
  virtual ~Mailbox() = default;

  /// As of the last refresh, by UID. Valid until the next call that may change it.
  virtual const std::vector<Message>& messages() const = 0;
  /// UIDVALIDITY. It changes, and is 0, once the mailbox was found rebuilt or removed: nothing else works
  /// then.
  virtual std::uint32_t validity() const = 0;
  virtual std::uint32_t uid_next() const = 0;

  virtual base::Result<void> refresh() = 0;

  /// The message with CRLF line ends, or its header with the empty line alone. Exit::no_input: it is gone.
  virtual base::Result<std::string> text(std::uint32_t uid, bool header_only) = 0;
  virtual base::Result<std::uint64_t> size(std::uint32_t uid) = 0;

  // Each brings messages() up to date.
  virtual base::Result<void> store(const std::vector<std::uint32_t>& uids, Change change,
                                   const Flags& flags) = 0;
  virtual base::Result<std::vector<std::uint32_t>> expunge(const std::vector<std::uint32_t>& uids) = 0;
  virtual base::Result<Placed> copy(const std::vector<std::uint32_t>& uids, const std::string& mailbox) = 0;
};

struct Status {
  std::uint32_t messages = 0, recent = 0, uid_next = 0, validity = 0, unseen = 0;
};

/// All mailboxes of the user. Exit::no_input: there is no such mailbox; Exit::cannot_create: it exists
/// already.
class Store {
 public:
  virtual ~Store() = default;
  virtual base::Result<std::unique_ptr<Mailbox>> open(const std::string& name, bool read_only) = 0;
  virtual base::Result<std::vector<std::string>> list() = 0;
  virtual base::Result<std::vector<std::string>> subscriptions() = 0;
  virtual base::Result<void> subscribe(const std::string& name, bool on) = 0;
  virtual base::Result<void> create(const std::string& name) = 0;
  virtual base::Result<void> remove(const std::string& name) = 0;
  virtual base::Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual base::Result<Status> status(const std::string& name) = 0;
  /// `date` nothing: now.
  virtual base::Result<Placed> append(const std::string& name, const Flags& flags,
                                      std::optional<std::uint64_t> date, std::string_view message) = 0;
};

}  // namespace imap

// What the machine asks of the mail store: a port, which tests fill from memory and the server from Maildirs.
// Names are UTF-8 with '.' between levels; INBOX is in upper case.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace imap {

enum Flag : unsigned { seen = 1, answered = 2, flagged = 4, deleted = 8, draft = 16 };

struct Flags {
  unsigned system = 0;                // Flag values
  std::vector<std::string> keywords;  // sorted, none twice
  friend bool operator==(const Flags&, const Flags&) = default;
};

/// From the first to the last of each, in order and apart.
using Ranges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

struct Message {
  std::uint32_t uid = 0;
  std::uint64_t modseq = 0;  // grows with every change of the flags
  std::uint64_t date = 0;    // internal date, seconds since 1970; 0: Mailbox::date() finds it out
  Flags flags;
  bool recent = false;
  std::uint64_t saved = 0;  // when it came into this mailbox, seconds since 1970
};

/// What follows from the octets of a message alone, so that finding it out once is enough.
enum class Fact : char { envelope = 'v', body = 'd', structure = 't', preview = 'r', gist = 'h' };

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

  // As of the last refresh. A large mailbox is not copied: a message lives until the next call of find().

  /// nullptr: there is none.
  virtual const Message* find(std::uint32_t uid) const = 0;
  struct Outline {
    std::vector<std::uint32_t> uids;  // in order
    std::size_t first_unseen = 0;     // of these; their number for none
    std::size_t recent = 0;
  };
  virtual Outline outline() const = 0;
  /// Those with a higher mod-sequence, in order.
  virtual std::vector<std::uint32_t> changed_since(std::uint64_t modseq) const = 0;
  /// All that any message has, perhaps more; in order.
  virtual std::vector<std::string> keywords() const = 0;
  /// Another one whenever anything of all that may have changed.
  virtual std::uint64_t version() const = 0;

  /// Another one, or 0: the mailbox was rebuilt or removed, and the UIDs mean nothing any more.
  virtual std::uint32_t validity() const = 0;
  virtual std::uint32_t uid_next() const = 0;
  /// Of all changes that find() shows (RFC 7162).
  virtual std::uint64_t highest_modseq() const = 0;
  /// Stays when the mailbox is renamed, and is never another's (RFC 8474): letters, digits, '-' and '_'.
  virtual std::string id() const = 0;
  /// Seconds since 1970.
  virtual std::uint64_t now() const = 0;

  virtual base::Result<void> refresh() = 0;
  /// The client has nothing to say at the moment: memory that is easily had again is given back.
  virtual void rest() {}
  /// It will not say anything for a while: what nobody waits for is done now, without a wait for anybody.
  virtual void tidy() {}

  /// The message with CRLF line ends, or its header with the empty line alone. Exit::no_input: it is gone.
  virtual base::Result<std::string> text(std::uint32_t uid, bool header_only) = 0;
  /// The same message with the line ends that it is stored with, for who does not look at these; lives until
  /// the next call of this, refresh(), rest() or tidy().
  virtual base::Result<std::string_view> stored(std::uint32_t uid) = 0;
  virtual base::Result<std::uint64_t> size(std::uint32_t uid) = 0;
  /// The same for all copies of a message, in whatever mailbox; one that is appended twice has two (RFC
  /// 8474).
  virtual base::Result<std::string> email_id(std::uint32_t uid) = 0;
  /// What keep() was told, perhaps by another session; valid until the next call of keep(), refresh(), rest()
  /// or tidy().
  virtual std::optional<std::string_view> known(std::uint32_t, Fact) { return std::nullopt; }
  /// For all sessions to come. It may be forgotten at any time.
  virtual void keep(std::uint32_t, Fact, std::string_view) {}
  virtual std::uint64_t date(const Message& message) { return message.date; }
  /// UIDs that are gone of those that were there at that mod-sequence or have come since, perhaps more.
  virtual Ranges vanished_since(std::uint64_t modseq) const = 0;

  // Each brings find() and its like up to date.

  /// Only those of `uids` whose flags have not changed since that mod-sequence, if there is one; returns the
  /// others.
  virtual base::Result<std::vector<std::uint32_t>> store(const std::vector<std::uint32_t>& uids,
                                                         Change change, const Flags& flags,
                                                         std::optional<std::uint64_t> unchanged_since) = 0;
  virtual base::Result<std::vector<std::uint32_t>> expunge(const std::vector<std::uint32_t>& uids) = 0;
  virtual base::Result<Placed> copy(const std::vector<std::uint32_t>& uids, const std::string& mailbox) = 0;
};

struct Status {
  std::uint32_t messages = 0, recent = 0, uid_next = 0, validity = 0, unseen = 0, deleted = 0;
  std::uint64_t highest_modseq = 0;
  std::uint64_t size = 0;             // octets of all messages
  std::uint64_t deleted_storage = 0;  // of those flagged deleted
  std::string id;
};

/// How much there is and may be (RFC 9208); a limit of 0 is none.
struct QuotaState {
  std::uint64_t octets = 0, octets_limit = 0;
  std::uint64_t messages = 0, messages_limit = 0;
};

struct NewMessage {
  Flags flags;
  std::optional<std::uint64_t> date;  // nothing: now
  std::string_view text;
};

/// All mailboxes of the user. Exit::no_input: there is no such mailbox; Exit::cannot_create: it exists
/// already; Exit::data: none can have such a name, or do that; Exit::not_permitted: rights are missing.
class Store {
 public:
  virtual ~Store() = default;
  virtual base::Result<std::unique_ptr<Mailbox>> open(const std::string& name, bool read_only) = 0;
  virtual base::Result<std::vector<std::string>> list() = 0;
  virtual base::Result<std::vector<std::string>> subscriptions() = 0;
  virtual base::Result<void> subscribe(const std::string& name, bool on) = 0;
  /// `uses`: of RFC 6154, "\\Sent". Exit::protocol: another mailbox is for that.
  virtual base::Result<void> create(const std::string& name, const std::vector<std::string>& uses) = 0;
  virtual base::Result<void> remove(const std::string& name) = 0;
  virtual base::Result<void> rename(const std::string& from, const std::string& to) = 0;
  /// `sizes`: also those that have to be found out by reading.
  virtual base::Result<Status> status(const std::string& name, bool sizes) = 0;
  /// What each mailbox is for, in the order of `names`; several uses have a space between them.
  virtual base::Result<std::vector<std::string>> uses(const std::vector<std::string>& names) = 0;
  /// All or none.
  virtual base::Result<Placed> append(const std::string& name, const std::vector<NewMessage>& messages) = 0;
  /// Counts all mail where that may have changed. Nothing: there is no quota.
  virtual base::Result<std::optional<QuotaState>> quota() = 0;
  virtual bool has_quota() const = 0;
  virtual base::Result<bool> has_room(std::uint64_t octets, std::uint64_t messages) = 0;
  /// Whether what lies in the mailbox of that name takes any of that room.
  virtual bool takes_room(const std::string& name) const = 0;
};

}  // namespace imap

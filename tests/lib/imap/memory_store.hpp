// Mailboxes in memory, which several sessions may share.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "imap/mailbox.hpp"
#include "imap/mode.hpp"

namespace imap {
enum class Next;
}

// What every test would compile for itself stands in memory_store.cpp, the special functions too.

struct MemoryBox {
  MemoryBox();
  MemoryBox(const MemoryBox&);
  MemoryBox& operator=(const MemoryBox&);
  ~MemoryBox();

  void add(std::string text, imap::Flags flags = {});
  // As another session does it.
  void remove(std::uint32_t uid);
  void flag(std::uint32_t uid, unsigned flags);

  std::vector<imap::Message> messages;
  std::map<std::uint32_t, std::string> texts;
  std::map<std::pair<std::uint32_t, imap::Fact>, std::string> facts;  // that sessions have kept
  std::set<std::uint32_t> broken;                                     // cannot be read
  base::Exit breaks = base::Exit::io;
  std::size_t reads = 0;
  std::uint32_t uid_next = 1;
  std::uint64_t modseq = 1;
  std::uint32_t validity = 7;
  std::uint64_t now = 837596665 + 1000;
  std::uint64_t takes = 0;                         // seconds that reading a message takes
  base::Result<void> refreshes;                    // what a look at it comes to
  std::size_t refreshes_left = SIZE_MAX;           // then it cannot be looked at any more
  base::Result<void> stores;                       // what a change of flags comes to
  std::function<void()> meanwhile;                 // what another session does just before one
  std::function<void()> when_left;                 // as a session leaves it
  bool keeps = false;                              // what is to be expunged, another has taken the flag off
  std::map<std::uint32_t, std::uint64_t> removed;  // UIDs, and at which mod-sequence
};

class MemoryStore : public imap::Store {
 public:
  /// With an empty INBOX.
  MemoryStore();
  MemoryStore(MemoryStore&&);
  ~MemoryStore() override;

  base::Result<MemoryBox*> box(const std::string& name);
  base::Result<std::unique_ptr<imap::Mailbox>> open(const std::string& name, bool read_only) override;
  base::Result<std::vector<std::string>> list() override;
  base::Result<std::vector<std::string>> subscriptions() override;
  base::Result<void> subscribe(const std::string& name, bool on) override;
  base::Result<void> create(const std::string& name, const std::vector<std::string>& uses) override;
  base::Result<void> remove(const std::string& name) override;
  base::Result<void> rename(const std::string& from, const std::string& to) override;
  base::Result<imap::Status> status(const std::string& name, bool sizes) override;
  base::Result<std::vector<std::string>> uses(const std::vector<std::string>& names) override;
  base::Result<imap::Placed> append(const std::string& name,
                                    const std::vector<imap::NewMessage>& messages) override;
  base::Result<std::optional<imap::QuotaState>> quota() override;
  bool has_quota() const override;
  base::Result<bool> has_room(std::uint64_t octets, std::uint64_t messages) override;
  bool takes_room(const std::string& name) const override;

  std::size_t asked_for_quota = 0;
  std::map<std::string, MemoryBox> boxes;
  std::vector<std::string> subscribed;
  std::optional<imap::QuotaState> limits;
  base::Result<void> creates;  // what making a mailbox comes to
  base::Result<void> copies;
  std::size_t asked_for_uses = 0;

 private:
  std::map<std::string, std::string> uses_;
  std::vector<std::map<std::string, MemoryBox>::node_type> gone_;  // a session may have one selected still
};

/// One client: what it says and what it hears.
class Client {
 public:
  explicit Client(MemoryStore& store, const imap::Bounds& bounds = {});
  ~Client();

  // Each returns what is heard then.
  std::string say(std::string_view command);
  std::string while_idle();
  std::string end_idle(std::string_view line);
  std::string say_too_much();

  std::string flushed;  // what was on its way before the end of the command
  std::string reported;
  bool closed = false;
  imap::Next next;
  std::size_t longest = 0;  // of what was written at once

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

/// INBOX with three messages: one seen, one plain, one with a keyword.
MemoryStore site();

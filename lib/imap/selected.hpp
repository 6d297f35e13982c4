// A selected mailbox as one client sees it: its sequence numbers change only when it has been told (RFC 3501
// section 7.4.1).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "imap/command.hpp"
#include "imap/mailbox.hpp"

namespace imap {

class Output {
 public:
  virtual ~Output() = default;
  /// Part of a response, which may be as long as a message.
  virtual void write(std::string_view text) = 0;
};

/// What a command came to; the caller puts it behind the tag: "OK [READ-ONLY] EXAMINE done".
struct Answer {
  std::string_view word = "OK";
  std::string text;       // for people, may be cut
  std::string code = {};  // for programs, never cut; without its brackets
};

class Selected {
 public:
  /// Refreshes the mailbox and writes what SELECT answers.
  static base::Result<std::unique_ptr<Selected>> open(std::unique_ptr<Mailbox> mailbox, bool read_only,
                                                      Output& out);

  bool read_only() const { return read_only_; }

  /// What the client knows holds no more: the UIDs count anew. RFC 3501 has no word for that inside a
  /// selected mailbox, so the session must end.
  bool lost() const { return lost_; }

  /// Says what other clients have changed. Without `expunges`, messages that are gone keep their numbers.
  base::Result<void> announce(bool expunges);

  base::Result<Answer> fetch(const Fetch& command);
  base::Result<Answer> store(const StoreFlags& command);
  base::Result<Answer> search(const Search& command);
  /// Exit::no_input: the target or one of the messages is gone.
  base::Result<Answer> copy(const Copy& command);
  /// All that are flagged deleted, or of these the ones in `uids`; `silent` says nothing of them (CLOSE).
  base::Result<Answer> expunge(const SequenceSet* uids, bool silent);

 private:
  struct Seen {
    std::uint32_t uid = 0;
    std::uint64_t modseq = 0;  // of the flags the client was told last
  };

  Selected(std::unique_ptr<Mailbox> mailbox, bool read_only, Output& out)
      : mailbox_(std::move(mailbox)), read_only_(read_only), out_(out) {}

  /// One message that cannot be read must not hide the others: this comes behind them (RFC 5530).
  static Answer some_unread(const base::Error& error);
  void greet();
  /// For whatever may have read the mailbox anew.
  base::Result<void> check(const base::Result<void>& done);
  const Message* find(std::uint32_t uid) const;
  /// Places in the view. Numbers beyond the last message: Exit::usage.
  base::Result<std::vector<std::size_t>> resolve(const SequenceSet& set, bool uid) const;
  std::vector<std::uint32_t> uids_of(const std::vector<std::size_t>& places) const;
  void tell_keywords();
  void tell_flags(std::size_t place, const Message& message);
  base::Result<bool> fetch_one(std::size_t place, const Fetch& command, bool with_flags);
  struct Loaded;
  base::Result<Loaded> load(const Fetch& command, std::uint32_t uid);
  void write_item(const FetchItem& item, const Message& message, const Loaded& loaded);

  std::unique_ptr<Mailbox> mailbox_;
  bool read_only_;
  Output& out_;
  std::vector<Seen> view_;
  std::set<std::string> keywords_;
  bool flags_told_ = false;
  std::size_t told_ = 0;  // EXISTS
  std::size_t recent_ = 0;
  std::uint32_t validity_ = 0;
  bool lost_ = false;
};

}  // namespace imap

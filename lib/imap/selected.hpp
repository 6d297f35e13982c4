// A selected mailbox as one client sees it: its sequence numbers change only when it has been told (RFC 3501
// section 7.4.1). What each command does to it stands in the file of the command.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "imap/command.hpp"
#include "imap/flags.hpp"
#include "imap/gist.hpp"
#include "imap/mailbox.hpp"
#include "imap/mode.hpp"
#include "imap/progress.hpp"
#include "imap/search_match.hpp"
#include "imap/view.hpp"

namespace imap {

class Output {
 public:
  virtual ~Output() = default;
  /// Part of a response, which may be as long as a message.
  virtual void write(std::string_view text) = 0;
  /// What was written is to be on its way now, before the end of the command.
  virtual void flush() {}
  /// What the server could not do, with all its names: for the log, not for the client.
  virtual void report(std::string_view) {}
};

/// What a command came to; the caller puts it behind the tag: "OK [READ-ONLY] EXAMINE done".
struct Answer {
  std::string_view word = "OK";
  std::string text;       // for people, may be cut
  std::string code = {};  // for programs, never cut; without its brackets
};

class Selected {
 public:
  /// What all of one session share, and outlives the mailbox.
  struct Context {
    const Mode& mode;
    const Bounds& bounds;
    Output& out;
  };

  /// Refreshes the mailbox and writes what SELECT answers.
  static base::Result<std::unique_ptr<Selected>> open(std::unique_ptr<Mailbox> mailbox, bool read_only,
                                                      const Context& context);

  bool read_only() const { return read_only_; }
  Mailbox& mailbox() { return *mailbox_; }

  /// What the client knows holds no more: the UIDs count anew. RFC 3501 has no word for that inside a
  /// selected mailbox, so the session must end.
  bool lost() const { return lost_; }

  /// Says what other clients have changed. Without `expunges`, messages that are gone keep their numbers.
  base::Result<void> announce(bool expunges);

  /// Up to which mod-sequence the client knows all changes, removals as well.
  std::uint64_t told() const { return told_; }
  /// At the end of a command: says so to a client that would take its mod-sequences for more than that
  /// (RFC 7162 section 3.2).
  void tell_told();

  /// Says what has changed since the client was here (RFC 7162 section 3.2.5).
  void resync(const Resync& since);

  base::Result<Answer> fetch(const Fetch& command);
  base::Result<Answer> store(const StoreFlags& command);
  base::Result<Answer> search(const Search& command, std::string_view tag);
  /// Exit::no_input: the target or one of the messages is gone.
  base::Result<Answer> copy(const Copy& command);
  /// All that are flagged deleted, or of these the ones in `uids`; `silent` says nothing of them (CLOSE).
  base::Result<Answer> expunge(const SequenceSet* uids, bool silent);
  void forget_saved() { saved_.clear(); }
  Answer uid_batches(const UidBatches& command, std::string_view tag);

  /// The one message that REPLACE names; Exit::usage, or of a UID Exit::no_input: there is none, or more.
  base::Result<std::uint32_t> single(const SequenceSet& set, bool uid) const;
  std::optional<std::uint64_t> freed_by(std::uint32_t uid);
  /// That message goes, flagged deleted or not.
  base::Result<void> drop(std::uint32_t uid);
  base::Result<std::uint64_t> octets_of(const SequenceSet& set, bool uid, std::size_t& count);

 private:
  using Places = std::vector<std::size_t>;

  Selected(std::unique_ptr<Mailbox> mailbox, bool read_only, const Context& context)
      : mailbox_(std::move(mailbox)),
        read_only_(read_only),
        mode_(context.mode),
        bounds_(context.bounds),
        out_(context.out) {}

  /// One message that cannot be read must not hide the others: this comes behind them (RFC 5530).
  static Answer some_unread(const base::Error& error);
  void greet();
  /// For whatever may have read the mailbox anew.
  base::Result<void> check(const base::Result<void>& done);
  const Message* find(std::uint32_t uid) const;
  std::size_t first_at(std::uint32_t uid) const;
  /// Places in the view. Numbers beyond the last message: Exit::usage; `*` in an empty mailbox: none.
  base::Result<Places> resolve(const SequenceSet& set, bool uid) const;
  /// Of more than one command may work on only the last stay (RFC 9738); returns the first UID of these.
  std::optional<std::uint32_t> limit(Places& places) const;
  Answer limited(Answer answer, std::optional<std::uint32_t> lowest);
  std::vector<std::uint32_t> uids_of(const Places& places) const;
  bool takes(const Flags& flags) const;
  /// Of these UIDs, those that no message has any more since that mod-sequence.
  Ranges gone_in(const Ranges& ranges, std::uint64_t modseq) const;
  std::string flags_text(const Message& message) const;
  void begin_fetch(std::size_t place);
  void tell_gone(const std::vector<std::pair<std::size_t, std::uint32_t>>& gone);
  void tell_keywords();
  /// The same without a new look at the mailbox, after a command that has taken one itself.
  void tell_news(bool expunges);
  void tell_changes(std::size_t known);
  std::vector<std::pair<std::size_t, std::uint32_t>> take_gone(const std::vector<std::uint32_t>& there);
  std::string modseq_text(const Message& message);
  void tell_flags(std::size_t place, const Message& message);
  void tell_modseq(std::size_t place, const Message& message);
  void tell_stored(std::size_t place, const Message& message, bool silent);
  base::Result<bool> fetch_one(std::size_t place, const Fetch& command);
  base::Result<Places> places_to_fetch(const Fetch& command);
  /// Of messages that were read, all at once, and tells their flags.
  base::Result<void> mark_seen(const Places& places, bool uid);
  struct Loaded;
  base::Result<Loaded> load(const Fetch& command, std::uint32_t uid);
  base::Result<void> load_parts(const Fetch& command, Loaded& into);
  void write_item(const FetchItem& item, const Message& message, const Loaded& loaded);
  void write_section(const FetchItem& item, const Loaded& loaded);
  Candidate candidate(std::size_t place, const Message& message);
  /// Where a search begins that may look at only so many messages (RFC 9738); `lowest`: the first UID there,
  /// if some are left out.
  std::size_t search_from(const SearchKey& key, std::optional<std::uint32_t>& lowest);
  Places matching(const SearchKey& key, std::size_t begin, Progress& progress, base::Result<void>& read);
  // Exit::unavailable: what the messages name takes more memory than a command may have.
  base::Result<Places> sorted(const Search& command, const Places& found, Progress& progress);
  base::Result<std::string> threaded(const Search& command, const Places& found, Progress& progress);
  /// Each that is there, with its gist where `gists` are wanted; of one that cannot be read it has no field.
  void each_found(const Places& found, bool gists, Progress& progress,
                  const std::function<void(std::size_t, const Message&, const Gist&)>& use);
  void answer_search(const Search& command, const Places& found, std::string_view tag);
  void answer_extended(const Search& command, const Return& wanted, const Places& found,
                       std::string_view tag);
  void save(const Return& wanted, const Places& found);
  std::uint32_t name_of(std::size_t place, bool uid) const {
    return uid ? view_[place].uid : static_cast<std::uint32_t>(place + 1);
  }

  std::unique_ptr<Mailbox> mailbox_;
  bool read_only_;
  const Mode& mode_;
  const Bounds& bounds_;
  Output& out_;
  View view_;
  std::uint64_t version_ = 0;  // of the mailbox when the client was told of it last
  bool holds_gone_ = false;    // messages that are gone keep their numbers for now
  std::uint64_t modseq_ = 0;   // up to which the client was told of all flags
  std::uint64_t told_ = 0;
  std::uint64_t highest_told_ = 0;  // mod-sequence of a message, in this command
  bool held_back_ = false;          // the client was told of less than it had seen
  std::vector<std::pair<std::uint32_t, std::uint64_t>> told_since_;  // UIDs, and of which flags since then
  Keywords keywords_;
  bool keywords_told_ = false;  // none is news too, once
  std::size_t recent_ = 0;
  std::uint32_t validity_ = 0;
  std::vector<std::uint32_t> saved_;  // `$`, in order
  bool lost_ = false;
};

/// What a command that changes something says of a mailbox that was EXAMINEd.
inline const Answer opened_for_reading = {"NO", "the mailbox was opened for reading", "READ-ONLY"};
inline const Answer some_gone = {"NO", "some of these messages are gone", "EXPUNGEISSUED"};

}  // namespace imap

// The server after login as a value machine (RFC 3501 sections 3.2 and 3.3): commands in, responses out. It
// knows no descriptor; mailboxes are behind a port. What each command does stands in the file of its name.
#pragma once

#include <memory>
#include <string>

#include "imap/command.hpp"
#include "imap/mailbox.hpp"
#include "imap/mode.hpp"
#include "imap/selected.hpp"

namespace imap {

constexpr std::string_view capabilities_before_login = "IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID";

enum class Next {
  command,
  idle,      // the continuation was written: whatever happens, news(); then end_idle() with the client's line
  compress,  // after the answer, all octets are compressed in both directions (RFC 4978)
  close
};

class Session {
 public:
  Session(Store& store, Output& out, const Bounds& bounds = {}) : store_(store), out_(out), bounds_(bounds) {}

  /// The answer to the LOGIN that began it.
  void begin(std::string_view tag);

  Next on(const Tagged& tagged);
  const Mode& mode() const { return mode_; }
  /// The mailbox's name; nullptr: none is selected.
  const std::string* selected() const { return selected_ == nullptr ? nullptr : &name_; }

  /// A literal or command over its limit; the command was not run.
  Next too_big(std::string_view tag);

  /// The client has nothing to say at the moment, or for a while.
  void rest();
  void tidy();

  // While it idles:
  Next news();
  Next end_idle(std::string_view line);

 private:
  using Outcome = base::Result<Answer>;

  Outcome handle(const Plain& command);
  Outcome handle(const Login&);
  Outcome handle(const Authenticate&);
  Outcome handle(const Enable& command);
  Outcome handle(const Select& command);
  Outcome handle(const OnMailbox& command);
  Outcome handle(const Rename& command);
  Outcome handle(const List& command);
  Outcome handle(const AskStatus& command);
  Outcome handle(const Append& command);
  Outcome handle(const Replace& command);
  Outcome handle(const Search& command);
  Outcome handle(const Fetch& command);
  Outcome handle(const StoreFlags& command);
  Outcome handle(const Copy& command);
  Outcome handle(const UidExpunge& command);
  Outcome handle(const AskQuota& command);
  Outcome handle(const UidBatches& command);
  Outcome handle(const Bad& command);

  /// Response codes of RFC 5530 for what the store could not do, or would not with such a name.
  static Answer refused(const base::Error& error);
  /// For what is wrong with what the store holds.
  static Answer damaged(const base::Error& error);
  std::string capabilities() const;
  void finish(const std::string& tag, const Answer& answer);
  Next after(const Tagged& tagged, const Answer& answer);
  /// Exit::usage where only UIDs may be used (RFC 9586).
  base::Result<void> numbers_allowed(bool uid) const;
  void use_condstore();
  Outcome compress();
  Outcome search(const Search& command);
  /// `freed`: octets of the message that goes when these are stored.
  Outcome append(const Append& command, std::optional<std::uint64_t> freed);
  Outcome create(const OnMailbox& command);
  Outcome remove(const OnMailbox& command);
  Outcome lsub(const List& command);
  Outcome list(const List& command);
  /// What LIST says of a mailbox.
  base::Result<std::string> attributes(const std::string& name);
  Outcome close(bool expunge);
  void write_mailbox(std::string_view word, std::string_view attributes, std::string_view name,
                     std::string_view extra);
  /// `as`: its name in the answer.
  base::Result<std::string> status_line(const std::string& mailbox, std::string_view as,
                                        const std::vector<StatusItem>& items);
  /// The mailbox that a client means: its name in the form of Unicode that all agree on (RFC 9051
  /// section 5.1), but as it came where there is one of that name.
  base::Result<std::string> meant(const std::string& name);
  /// That a name is not the one that the client knows (section 6.3.9.7).
  void tell_old_name(std::string_view attributes, const std::string& name, const std::string& old);
  void leave();
  /// This client has removed or renamed `name`: if that is the mailbox it has selected, none is any more.
  void take_away(const std::string& name, bool with_those_below);
  /// Closes after too many with no good command between them.
  Next count_error();

  Store& store_;
  Output& out_;
  Bounds bounds_;
  Mode mode_;
  std::unique_ptr<Selected> selected_;
  std::unique_ptr<Selected> left_;  // by this command: tidied when the answer is on its way
  std::string name_;                // of selected_
  std::string tag_;                 // of the command that is run
  bool taken_away_ = false;         // CLOSE and UNSELECT still mean something to the client
  bool compressed_ = false;
  std::size_t errors_ = 0;
};

inline const Answer none_selected = {"BAD", "no mailbox is selected"};
inline const Answer over_quota = {"NO", "there is no room for that", "OVERQUOTA"};

}  // namespace imap

// The server after login as a value machine (RFC 3501 sections 3.2 and 3.3): commands in, responses out. It
// knows no descriptor; mailboxes are behind a port.
#pragma once

#include <memory>
#include <string>

#include "imap/command.hpp"
#include "imap/mailbox.hpp"
#include "imap/selected.hpp"

namespace imap {

constexpr std::string_view capabilities_before_login = "IMAP4rev1 LITERAL+ SASL-IR ID";
constexpr std::string_view capabilities = "IMAP4rev1 LITERAL+ ID UIDPLUS UNSELECT MOVE NAMESPACE CHILDREN";

enum class Next { command, close };

class Session {
 public:
  Session(Store& store, Output& out) : store_(store), out_(out) {}

  /// The answer to the LOGIN that began it.
  void begin(std::string_view tag);

  Next on(const Tagged& tagged);

  /// A literal or command over its limit; the command was not run.
  Next too_big(std::string_view tag);

 private:
  using Outcome = base::Result<Answer>;

  Outcome handle(const Plain& command);
  Outcome handle(const Login&);
  Outcome handle(const Authenticate&);
  Outcome handle(const Select& command);
  Outcome handle(const OnMailbox& command);
  Outcome handle(const Rename& command);
  Outcome handle(const List& command);
  Outcome handle(const AskStatus& command);
  Outcome handle(const Append& command);
  Outcome handle(const Search& command);
  Outcome handle(const Fetch& command);
  Outcome handle(const StoreFlags& command);
  Outcome handle(const Copy& command);
  Outcome handle(const UidExpunge& command);
  Outcome handle(const Bad& command);

  void finish(const std::string& tag, const Answer& answer);
  Outcome list_all(const List& command);
  Outcome close(bool expunge);
  void leave();
  /// This client has removed or renamed `name`: if that is the mailbox it has selected, none is any more.
  void take_away(const std::string& name, bool with_those_below);
  /// Closes after too many with no good command between them.
  Next count_error();

  Store& store_;
  Output& out_;
  std::unique_ptr<Selected> selected_;
  std::string name_;         // of selected_
  bool taken_away_ = false;  // CLOSE and UNSELECT still mean something to the client
  std::size_t errors_ = 0;
};

}  // namespace imap

// Every command of RFC 3501 as a value (and ID, NAMESPACE, UNSELECT, MOVE, UID EXPUNGE). Parsing is pure and
// knows no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "imap/fetch_item.hpp"
#include "imap/mailbox.hpp"
#include "imap/search_key.hpp"
#include "imap/sequence_set.hpp"

namespace imap {

enum class Verb { capability, noop, logout, starttls, check, close, unselect, expunge, name_space, id };

struct Plain {
  Verb verb = Verb::noop;
};
struct Login {
  std::string user;
  std::string password;
};
struct Authenticate {
  std::string mechanism;                // upper case
  std::optional<std::string> response;  // SASL-IR (RFC 4959), still base64
};
struct Select {
  std::string mailbox;
  bool read_only = false;  // EXAMINE
};
enum class On { create, remove, subscribe, unsubscribe };
struct OnMailbox {
  On what = On::create;
  std::string mailbox;
};
struct Rename {
  std::string from;
  std::string to;
};
struct List {
  std::string reference;  // with the pattern at most 1000 octets
  std::string pattern;
  bool subscribed = false;  // LSUB
};
enum class StatusItem { messages, recent, uid_next, uid_validity, unseen };
struct AskStatus {
  std::string mailbox;
  std::vector<StatusItem> items;
};
struct Append {
  std::string mailbox;
  Flags flags;
  std::optional<std::uint64_t> date;
  std::string_view message;  // points into the command's text
};
struct Search {
  bool uid = false;
  SearchKey key;
};
struct Fetch {
  bool uid = false;
  SequenceSet set;
  std::vector<FetchItem> items;
};
struct StoreFlags {
  bool uid = false;
  SequenceSet set;
  Change change = Change::replace;
  bool silent = false;
  Flags flags;
};
struct Copy {
  bool uid = false;
  SequenceSet set;
  std::string mailbox;
  bool move = false;  // RFC 6851
};
struct UidExpunge {
  SequenceSet set;
};
/// BAD: `what` says why. NO where the words are understood but cannot be done, as for a charset.
struct Bad {
  std::string what;
  bool no = false;
  std::string code = {};  // of the response, without its brackets
};

using Command = std::variant<Plain, Login, Authenticate, Select, OnMailbox, Rename, List, AskStatus, Append,
                             Search, Fetch, StoreFlags, Copy, UidExpunge, Bad>;

struct Tagged {
  std::string tag;  // "*" when there is none that can be read
  Command command;
};

/// `text`: one command without its last line end, literals inside. Mailbox names come out as UTF-8, INBOX in
/// upper case.
Tagged parse_command(std::string_view text);

}  // namespace imap

// Every command of RFC 3501 and RFC 9051 and of the extensions as a value. Parsing is pure and knows no state
// but the mode.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "imap/fetch_item.hpp"
#include "imap/mailbox.hpp"
#include "imap/mode.hpp"
#include "imap/search_key.hpp"
#include "imap/sequence_set.hpp"
#include "imap/sort_key.hpp"

namespace imap {

enum class Verb {
  capability,
  noop,
  logout,
  starttls,
  check,
  close,
  unselect,
  expunge,
  name_space,
  id,
  idle,     // RFC 2177
  compress  // RFC 4978, DEFLATE
};

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
struct Enable {
  std::vector<std::string> names;  // upper case, also those that are not known
};
/// What a client knows of the mailbox from before (RFC 7162 section 3.2.5).
struct Resync {
  std::uint32_t validity = 0;
  std::uint64_t modseq = 0;
  std::optional<SequenceSet> known;  // UIDs
  SequenceSet match_numbers;         // and the UIDs that went with them
  SequenceSet match_uids;
};
struct Select {
  std::string mailbox;
  bool read_only = false;  // EXAMINE
  bool condstore = false;
  std::optional<Resync> resync;
};
enum class On { create, remove, subscribe, unsubscribe };
struct OnMailbox {
  On what = On::create;
  std::string mailbox;
  std::vector<std::string> uses = {};  // of CREATE (RFC 6154): "\\Sent"
};
struct Rename {
  std::string from;
  std::string to;
};
enum class StatusItem {
  messages,
  recent,
  uid_next,
  uid_validity,
  unseen,
  deleted,
  size,
  highest_modseq,
  mailbox_id,
  append_limit,
  deleted_storage
};
struct List {
  std::string reference;              // with each pattern at most 1000 octets, with all 4000
  std::vector<std::string> patterns;  // at most 100
  bool lsub = false;
  bool extended = false;  // RFC 5258
  // What is listed: all, or
  bool only_subscribed = false;
  bool only_special = false;
  bool recursive = false;  // RECURSIVEMATCH
  // What is told of each.
  bool tell_subscribed = false;
  bool tell_special = false;
  std::vector<StatusItem> status;  // RFC 5819
};
struct AskStatus {
  std::string mailbox;
  std::vector<StatusItem> items;
};
/// The message points into the command's text.
struct Incoming {
  Flags flags;
  std::optional<std::uint64_t> date;
  std::string_view message;
};
struct Append {
  std::string mailbox;
  std::vector<Incoming> messages;  // more than one: RFC 3502
};
struct Replace {
  bool uid = false;
  SequenceSet set;  // of one number
  Append append;    // one message
};
/// What SEARCH is to answer (RFC 4731, RFC 5182, RFC 9394).
struct Return {
  bool min = false;
  bool max = false;
  bool all = false;
  bool count = false;
  bool save = false;
  std::optional<Window> window;
};
struct Search {
  enum class As { found, sorted, threaded };
  bool uid = false;
  As as = As::found;
  std::optional<Return> wanted;  // nothing: as RFC 3501 has it
  std::vector<SortKey> sort;
  bool by_references = false;  // THREAD: else by subject
  std::string charset;         // as it was named, empty if it was not
  bool known_charset = true;
  SearchKey key;
};
struct Fetch {
  bool uid = false;
  SequenceSet set;
  std::vector<FetchItem> items;
  std::optional<std::uint64_t> changed_since;
  bool vanished = false;
  std::optional<Window> window;
};
struct StoreFlags {
  bool uid = false;
  SequenceSet set;
  Change change = Change::replace;
  bool silent = false;
  Flags flags;
  std::optional<std::uint64_t> unchanged_since;
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
/// GETQUOTA and GETQUOTAROOT (RFC 9208).
struct AskQuota {
  std::string name;  // of the root, or of a mailbox
  bool of_mailbox = false;
};
/// RFC 10022.
struct UidBatches {
  std::uint32_t size = 0;
  std::uint32_t first = 0;  // 0: all batches
  std::uint32_t last = 0;
};
/// BAD: `what` says why. NO where the words are understood but cannot be done.
struct Bad {
  std::string what;
  bool no = false;
};

using Command =
    std::variant<Plain, Login, Authenticate, Enable, Select, OnMailbox, Rename, List, AskStatus, Append,
                 Replace, Search, Fetch, StoreFlags, Copy, UidExpunge, AskQuota, UidBatches, Bad>;

struct Tagged {
  std::string tag;  // "*" when there is none that can be read
  Command command;
};

/// `text`: one command without its last line end, literals inside. Mailbox names come out as UTF-8, INBOX in
/// upper case.
Tagged parse_command(std::string_view text, const Mode& mode = {});

}  // namespace imap

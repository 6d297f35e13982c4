// The parsers of single commands, behind their name; each stands in the file of its command.
#pragma once

#include "imap/command.hpp"
#include "imap/lexer.hpp"

namespace imap {

using Parsed = base::Result<Command>;

// What more than one of them needs; a space comes first.
base::Result<std::string> take_mailbox(Lexer& in);
/// Of one that is to be made: wrong UTF-7 would be shown under another name than the client gave it.
base::Result<std::string> take_new_mailbox(Lexer& in);
base::Result<SequenceSet> take_set(Lexer& in);
/// `1:100` or `-1:-100` (RFC 9394).
base::Result<Window> take_window(Lexer& in);
base::Result<std::vector<StatusItem>> take_status_items(Lexer& in);

/// The command, if nothing follows it.
Parsed finish(const Lexer& in, Command command);

Parsed parse_select(Lexer& in, bool read_only);
Parsed parse_on_mailbox(Lexer& in, On what);
Parsed parse_rename(Lexer& in);
Parsed parse_list(Lexer& in);
Parsed parse_lsub(Lexer& in);
Parsed parse_status(Lexer& in);
Parsed parse_append(Lexer& in);
Parsed parse_replace(Lexer& in, bool uid);
Parsed parse_search(Lexer& in, bool uid);
Parsed parse_sort(Lexer& in, bool uid);
Parsed parse_thread(Lexer& in, bool uid);
Parsed parse_fetch(Lexer& in, bool uid);
Parsed parse_store(Lexer& in, bool uid);
Parsed parse_copy(Lexer& in, bool uid, bool move);
Parsed parse_quota(Lexer& in, bool of_mailbox);
Parsed parse_uid_batches(Lexer& in);

}  // namespace imap

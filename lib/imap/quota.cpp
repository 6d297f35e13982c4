// GETQUOTA and GETQUOTAROOT (RFC 9208). One root for all mailboxes, with an empty name; nobody may set it
// here.
#include "imap/parse.hpp"
#include "imap/quote.hpp"
#include "imap/session.hpp"

namespace imap {

Parsed parse_quota(Lexer& in, bool of_mailbox) {
  AskQuota out;
  out.of_mailbox = of_mailbox;
  if (of_mailbox) {
    TRY_ASSIGN(out.name, take_mailbox(in));
  } else {
    TRY(in.space());
    TRY_ASSIGN(out.name, in.astring());
  }
  return finish(in, std::move(out));
}

Session::Outcome Session::handle(const AskQuota& command) {
  TRY_ASSIGN(const auto quota, store_.quota());
  if (command.of_mailbox) {
    TRY_ASSIGN(const auto name, meant(command.name));
    const auto there = store_.status(name, false);
    if (!there) return refused(there.error());
    out_.write("* QUOTAROOT " + quote_name(name, mode_.utf8) + (quota ? " \"\"" : "") + "\r\n");
  } else if (!command.name.empty() || !quota) {
    return Answer{"NO", "there is no such quota root", "NONEXISTENT"};
  }
  if (quota) {
    constexpr std::uint64_t unit = 1024;
    std::string list;
    if (quota->octets_limit != 0)
      list = "STORAGE " + std::to_string((quota->octets + unit - 1) / unit) + " " +
             std::to_string(quota->octets_limit / unit);
    if (quota->messages_limit != 0)
      list += (list.empty() ? "MESSAGE " : " MESSAGE ") + std::to_string(quota->messages) + " " +
              std::to_string(quota->messages_limit);
    out_.write("* QUOTA \"\" (" + list + ")\r\n");
  }
  return Answer{"OK", "done"};
}

}  // namespace imap

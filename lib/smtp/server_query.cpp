// VRFY, EXPN and HELP: what a person asks.
#include <algorithm>
#include <string>
#include <utility>

#include "base/ascii.hpp"
#include "smtp/server.hpp"

namespace smtp {

namespace {

constexpr std::size_t expansion_limit = 1000;  // lines of one reply

struct Topic {
  std::string_view verb;
  std::string_view text;
};

constexpr Topic topics[] = {
    {"HELO", "HELO name: who you are, without extensions"},
    {"EHLO", "EHLO name: who you are; the reply lists the extensions"},
    {"LHLO", "LHLO name: the same in LMTP"},
    {"MAIL", "MAIL FROM:<address> [parameter...]: begins a message"},
    {"RCPT", "RCPT TO:<address> [parameter...]: one more who gets it"},
    {"DATA", "DATA: then the message, ended by CR LF . CR LF"},
    {"BDAT", "BDAT octets [LAST]: then so many octets of the message"},
    {"RSET", "RSET: forgets the message that was begun"},
    {"NOOP", "NOOP: nothing"},
    {"VRFY", "VRFY name: whether there is such a mailbox"},
    {"EXPN", "EXPN name: who is behind a list"},
    {"AUTH", "AUTH mechanism [response]: logs in"},
    {"STARTTLS", "STARTTLS: from here on in TLS"},
    {"HELP", "HELP [command | STATUS]"},
    {"STATUS", "HELP STATUS: what is known of this connection"},
    {"QUIT", "QUIT: ends"},
};

}  // namespace

/// Where the mail for a name alone is taken, so that who hears of it can send some (section 3.5.2).
std::string Server::own_domain() const {
  const auto first = policy_.first_domain();
  return first.empty() || policy_.is_local_domain(config_.hostname) ? base::lower(config_.hostname) : first;
}

/// What VRFY and EXPN ask about: a mailbox, or a name alone, which has no domain then.
std::optional<Path> Server::asked_about(const std::string& text) const {
  const bool name = text.find('@') == std::string::npos;
  const auto written = text.starts_with('<') ? text : "<" + text + (name ? "@" + config_.hostname : "") + ">";
  std::string_view rest = written;
  auto path = take_path(rest);
  if (!path || path->null() || !rest.empty()) return std::nullopt;
  if (name) path->domain.clear();
  return *path;
}

/// Where all mail for a local address goes, if that is one place and not here (section 3.4).
std::optional<std::string> Server::forwarded_to(const Path& local) const {
  const auto members = policy_.members_of(unquoted(local.local), local.domain);
  const bool elsewhere = members && members->size() == 1 && members->front().find('@') != std::string::npos;
  return elsewhere ? std::optional(members->front()) : std::nullopt;
}

/// Section 3.5.3: 252 where there is no real answer.
Step Server::handle(const Vrfy& vrfy) {
  if (!config_.verify) return answer(252, "2.5.2", "send some mail, I will try my best");
  auto path = asked_about(vrfy.text);
  if (!path) return answer(501, "5.5.4", "not a mailbox");
  if (path->needs_utf8() && !vrfy.utf8) return answer(553, "5.6.7", "such an address needs SMTPUTF8");
  if (!path->domain.empty() && !policy_.is_local_domain(path->domain))
    return answer(252, "2.5.2", "not here, but I will try my best");
  if (const auto moved = policy_.moved_to(*path))
    return answer(551, "5.1.6", "has moved, please try <" + *moved + ">");
  if (!policy_.mailbox_of(unquoted(path->local), path->domain))
    return answer(550, "5.1.1", "no such user here");
  if (const auto elsewhere = forwarded_to(*path))
    return answer(251, "2.1.5", "not here, will forward to <" + *elsewhere + ">");
  if (path->domain.empty()) path->domain = own_domain();
  return answer(250, "2.1.5", "<" + to_string(*path) + ">");
}

/// One line for each who is behind the name; local ones have no domain of their own.
Step Server::handle(const Expn& expn) {
  if (!config_.expand) return answer(502, "5.5.1", "there are no lists to be seen");
  const auto path = asked_about(expn.text);
  if (!path) return answer(501, "5.5.4", "not a mailbox");
  if (path->needs_utf8() && !expn.utf8) return answer(553, "5.6.7", "such an address needs SMTPUTF8");
  if (!path->domain.empty() && !policy_.is_local_domain(path->domain))
    return answer(550, "5.1.1", "not a list of this host");
  const auto members = policy_.members_of(unquoted(path->local), path->domain);
  if (!members || members->empty()) return answer(550, "5.1.1", "no such list here");
  if (members->size() > expansion_limit) return answer(252, "2.5.2", "too many to be shown");
  Reply reply = {250, "2.1.5", {}};
  for (const auto& member : *members) {
    const bool local = member.find('@') == std::string::npos;
    reply.lines.push_back("<" + member + (local ? "@" + own_domain() : "") + ">");
  }
  return count({std::move(reply), Next::command});
}

Step Server::handle(const Help& help) {
  if (help.topic == "STATUS") return status();
  if (help.topic.empty()) {
    return {{214,
             "2.0.0",
             {std::string(config_.lmtp ? "LHLO" : "HELO EHLO") +
                  " MAIL RCPT DATA BDAT RSET NOOP VRFY EXPN HELP QUIT" + (config_.tls ? " STARTTLS" : "") +
                  (may_log_in() ? " AUTH" : ""),
              "HELP command, HELP STATUS; see RFC 5321"}},
            Next::command};
  }
  const auto* topic = std::find_if(std::begin(topics), std::end(topics),
                                   [&](const Topic& one) { return one.verb == help.topic; });
  if (topic == std::end(topics)) return answer(504, "5.5.4", "no help on that");
  return answer(214, "2.0.0", std::string(topic->text));
}

/// For a person who finds out what goes wrong: of himself alone, and nothing that he has not said or been
/// told.
Step Server::status() {
  std::string message = "no message begun";
  if (in_transaction_) {
    message = "a message from <" + to_string(sender_) + "> to " + std::to_string(accepted_) + " recipients";
    if (in_chunks_) message += ", " + std::to_string(chunk_octets_) + " octets so far";
  }
  return {{211,
           "2.0.0",
           {config_.hostname + " tubepost", helo_.empty() ? "no name given" : "you are " + helo_,
            config_.secured ? "in TLS" : "in the clear",
            user_.empty() ? "nobody has logged in" : "logged in as " + user_, std::move(message),
            std::to_string(errors_) + " errors of " + std::to_string(config_.max_errors)}},
          Next::command};
}

}  // namespace smtp

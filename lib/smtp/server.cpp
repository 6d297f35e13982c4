#include "smtp/server.hpp"

#include <utility>

#include "base/ascii.hpp"
#include "sasl/plain.hpp"

namespace smtp {

namespace {

constexpr std::size_t failed_logins_limit = 3;
constexpr std::uint64_t longest_hold = 30 * 24 * 3600;  // seconds, RFC 4865
// The addresses must fit into the head of a queued message, each with what stands around it.
constexpr std::size_t recipients_octets = 768 * 1024;
constexpr std::size_t around_recipient = 16;
constexpr std::size_t expansion_limit = 1000;  // lines of one reply
// Commands that bring no message, beyond a message's recipients: who goes on for ever holds a process for
// ever.
constexpr std::size_t idle_limit = 1000;

}  // namespace

std::optional<std::string> Policy::mailbox_of(std::string_view local, std::string_view) const {
  return has_user(local) ? std::optional(base::lower(local)) : std::nullopt;
}

std::optional<std::vector<std::string>> Policy::members_of(std::string_view, std::string_view) const {
  return std::nullopt;
}

std::optional<Reply> Policy::refusal(Subject, std::string_view) const {
  return std::nullopt;
}

Server::Server(ServerConfig config, const Policy& policy)
    : config_(std::move(config)), policy_(policy), turned_away_(policy.refusal(Subject::client, "")) {}

Reply Server::greeting() const {
  if (turned_away_) return {turned_away_->code, "", turned_away_->lines};
  return {220, "", {config_.hostname + " ESMTP tubepost"}};
}

Reply Server::timeout() const {
  return {421, "4.4.2", {config_.hostname + " closing the connection: silent too long"}};
}

Step Server::too_slow() const {
  return {{421, "4.4.2", {config_.hostname + " closing the connection: the message comes too slowly"}},
          Next::close};
}

Step Server::answer(int code, std::string enhanced, std::string text) {
  return count({{code, std::move(enhanced), {std::move(text)}}, Next::command});
}

/// Hangs up on a client that does nothing but err.
Step Server::count(Step step) {
  if (step.reply.code < 500 || ++errors_ <= config_.max_errors) return step;
  return {{421, "4.7.0", {config_.hostname + " too many errors"}}, Next::close};
}

void Server::reset() {
  in_transaction_ = false;
  in_chunks_ = last_chunk_ = chunks_failed_ = false;
  chunk_octets_ = 0;
  accepted_ = 0;
  sender_ = {};
  parameters_ = {};
  recipients_.clear();
  named_.clear();
  octets_ = 0;
}

Step Server::on(const Command& command) {
  // RFC 5321 section 3.1.
  if (turned_away_ && !std::holds_alternative<Quit>(command))
    return answer(503, "5.7.1", "nothing is taken from you");
  const bool moves = std::holds_alternative<Quit>(command) || std::holds_alternative<Bdat>(command);
  if (!moves && ++idle_ > config_.max_recipients + idle_limit)
    return {{421, "4.7.0", {config_.hostname + " too many commands without a message"}}, Next::close};
  return std::visit([this](const auto& value) { return handle(value); }, command);
}

Step Server::line_too_long() {
  return answer(500, "5.5.2", "line too long");
}

Step Server::bare_line_end(std::string_view line) {
  auto step = answer(500, "5.5.2", "lines end with CR LF");
  if (base::istarts_with(line, "BDAT")) step.next = Next::close;
  return step;
}

/// What can be asked for now (RFC 5321 section 4.1.1.1).
Reply Server::extensions() const {
  Reply reply = {250,
                 "",
                 {config_.hostname, "PIPELINING", "SIZE " + std::to_string(config_.max_size), "8BITMIME",
                  "SMTPUTF8", "CHUNKING", "DSN", "ENHANCEDSTATUSCODES", "DELIVERBY", "MT-PRIORITY",
                  "LIMITS RCPTMAX=" + std::to_string(config_.max_recipients)}};
  if (config_.tls && !config_.secured) reply.lines.push_back("STARTTLS");
  if (config_.secured) reply.lines.push_back("REQUIRETLS");
  if (config_.submission)
    reply.lines.push_back("FUTURERELEASE " + std::to_string(longest_hold) + " 9999-12-31T23:59:59Z");
  if (may_log_in()) reply.lines.push_back("AUTH PLAIN");
  reply.lines.push_back("HELP");
  return reply;
}

Step Server::handle(const Helo& helo) {
  const bool lhlo = helo.greeting == Helo::Greeting::lhlo;
  if (lhlo != config_.lmtp)
    return answer(500, "5.5.1", config_.lmtp ? "LHLO is spoken here" : "LHLO is LMTP's");
  if (auto refusal = policy_.refusal(Subject::helo, helo.domain)) return count({std::move(*refusal)});
  reset();
  helo_ = helo.domain;
  extended_ = helo.greeting != Helo::Greeting::helo;
  if (!extended_) return {{250, "", {config_.hostname}}, Next::command};
  return {extensions(), Next::command};
}

/// What was asked for without being offered, or cannot be done.
std::optional<Step> Server::refuse_parameters(const Mail& mail) {
  const auto& asked = mail.parameters;
  if (mail.any_parameter && !extended_) return answer(555, "5.5.4", "parameters need EHLO");
  if (asked.size.value_or(0) > config_.max_size) return answer(552, "5.3.4", "message too large");
  if (asked.body == Body::binary) return answer(501, "5.5.4", "BINARYMIME is not offered");
  if (asked.require_tls && !config_.secured)
    return answer(555, "5.5.4", "REQUIRETLS is offered behind TLS only");
  const bool held = asked.hold_for || asked.hold_until;
  if (held && !config_.submission) return answer(555, "5.5.4", "FUTURERELEASE is not offered");
  if (asked.hold_for.value_or(0) > longest_hold) return answer(501, "5.7.0", "held for too long");
  if (mail.path.needs_utf8() && !asked.utf8) return answer(553, "5.6.7", "such an address needs SMTPUTF8");
  return std::nullopt;
}

Step Server::handle(const Mail& mail) {
  if (helo_.empty()) return answer(503, "5.5.1", config_.lmtp ? "LHLO first" : "HELO or EHLO first");
  if (config_.submission && user_.empty() && !config_.relay)
    return answer(530, "5.7.0", may_log_in() || !config_.tls ? "log in first" : "STARTTLS and log in first");
  if (in_transaction_) return answer(503, "5.5.1", "sender already given");
  if (auto refusal = refuse_parameters(mail)) return *refusal;
  if (!user_.empty() && !policy_.may_send_as(user_, mail.path))
    return answer(550, "5.7.1", "this sender is not yours");
  if (auto refusal = policy_.refusal(Subject::sender, to_string(mail.path)))
    return count({std::move(*refusal)});
  in_transaction_ = true;
  sender_ = mail.path;
  parameters_ = mail.parameters;
  return answer(250, "2.1.0", "sender ok");
}

Step Server::handle(const Rcpt& rcpt) {
  if (!in_transaction_ || in_chunks_ || chunks_failed_) return answer(503, "5.5.1", "MAIL first");
  if (rcpt.any_parameter && !extended_) return answer(555, "5.5.4", "parameters need EHLO");
  if (rcpt.path.needs_utf8() && !parameters_.utf8)
    return answer(553, "5.6.7", "such an address needs SMTPUTF8");
  if (accepted_ >= config_.max_recipients || octets_ > recipients_octets)
    return answer(452, "4.5.3", "too many recipients");
  const bool local = rcpt.path.domain.empty() || policy_.is_local_domain(rcpt.path.domain);
  if (!local && !config_.relay && user_.empty()) return answer(550, "5.7.1", "relaying denied");
  if (!local && !policy_.has_route(rcpt.path.domain)) return answer(550, "5.4.4", "no route to this domain");
  auto address = to_string(rcpt.path);
  const auto whom =
      local ? policy_.mailbox_of(unquoted(rcpt.path.local), rcpt.path.domain) : std::optional(address);
  if (!whom) return answer(550, "5.1.1", "no such user here");
  if (auto refusal = policy_.refusal(Subject::recipient, address)) return count({std::move(*refusal)});
  if (named_.insert(*whom).second) {
    octets_ += address.size() + to_words(rcpt.parameters).size() + around_recipient;
    recipients_.push_back({std::move(address), rcpt.parameters});
  }
  ++accepted_;
  return answer(250, "2.1.5", "recipient ok");
}

Step Server::handle(const Data&) {
  if (!in_transaction_ || in_chunks_ || chunks_failed_)
    return answer(503, "5.5.1", in_chunks_ ? "in the middle of BDAT" : "MAIL first");
  if (recipients_.empty()) return answer(554, "5.5.1", "no valid recipients");
  return {{354, "", {"end with CR LF . CR LF"}}, Next::data};
}

/// The octets come whatever the answer is (RFC 3030 section 2).
Step Server::handle(const Bdat& bdat) {
  const auto discard = [&](Step step) {
    if (step.next == Next::close) return step;
    step.next = Next::chunk;
    step.chunk = {bdat.size, bdat.last, true};
    return step;
  };
  if (!in_transaction_) return discard(answer(503, "5.5.1", "MAIL first"));
  if (chunks_failed_) {
    auto step = discard(answer(503, "5.5.1", "the message was refused"));
    if (bdat.last) step = after_message(std::move(step));
    if (bdat.last) reset();
    return step;
  }
  if (recipients_.empty()) return discard(answer(554, "5.5.1", "no valid recipients"));
  in_chunks_ = true;
  last_chunk_ = bdat.last;
  if (bdat.size > config_.max_size || chunk_octets_ > config_.max_size - bdat.size) {
    return discard(refused({552, "5.3.4", {"message too large"}}));
  }
  chunk_octets_ += bdat.size;
  Step step;
  step.next = Next::chunk;
  step.chunk = {bdat.size, bdat.last, false};
  return step;
}

Step Server::chunk_taken(std::uint64_t size) {
  return answer(250, "2.0.0", std::to_string(size) + " octets taken");
}

/// LMTP answers for every recipient that was accepted (RFC 2033 section 4.2).
Step Server::after_message(Step step) {
  if (config_.lmtp && step.next != Next::close) step.replies = accepted_;
  return step;
}

Step Server::stored(std::string_view id) {
  auto step = after_message(answer(250, "2.0.0", "queued as " + std::string(id)));
  idle_ = 0;
  reset();
  return step;
}

Step Server::not_stored(const base::Error& error) {
  if (error.code == base::Exit::temporary)
    return refused({452, "4.3.1", {"not enough room, try again later"}});
  return refused({451, "4.3.0", {"could not store the message, try again later"}});
}

/// In the middle of chunks the client learns it at once, and what it has sent already is discarded.
Step Server::refused(Reply reply) {
  auto step = count({std::move(reply), Next::command});
  const bool rest_comes = in_chunks_ && !last_chunk_;
  if (!rest_comes) step = after_message(std::move(step));
  // LMTP answers the last chunk for each of them in any case.
  const auto accepted = accepted_;
  reset();
  in_transaction_ = chunks_failed_ = rest_comes;
  if (rest_comes) accepted_ = accepted;
  return step;
}

Step Server::handle(const Rset&) {
  reset();
  return answer(250, "2.0.0", "ok");
}

Step Server::handle(const Noop&) {
  return answer(250, "2.0.0", "ok");
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

/// Section 3.5.3: 252 where there is no real answer.
Step Server::handle(const Vrfy& vrfy) {
  if (!config_.verify) return answer(252, "2.5.2", "send some mail, I will try my best");
  auto path = asked_about(vrfy.text);
  if (!path) return answer(501, "5.5.4", "not a mailbox");
  if (path->needs_utf8() && !vrfy.utf8) return answer(553, "5.6.7", "such an address needs SMTPUTF8");
  if (!path->domain.empty() && !policy_.is_local_domain(path->domain))
    return answer(252, "2.5.2", "not here, but I will try my best");
  if (!policy_.mailbox_of(unquoted(path->local), path->domain))
    return answer(550, "5.1.1", "no such user here");
  if (path->domain.empty()) path->domain = base::lower(config_.hostname);
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
    reply.lines.push_back("<" + member + (local ? "@" + base::lower(config_.hostname) : "") + ">");
  }
  return count({std::move(reply), Next::command});
}

Step Server::handle(const StartTls&) {
  if (!config_.tls) return answer(502, "5.5.1", "STARTTLS is not offered");
  if (config_.secured) return answer(503, "5.5.1", "TLS is there already");
  return {{220, "2.0.0", {"go ahead"}}, Next::tls};
}

void Server::secured() {
  reset();
  helo_.clear();
  extended_ = false;
  user_.clear();
  config_.secured = true;
}

Step Server::handle(const Auth& auth) {
  if (!config_.auth) return answer(502, "5.5.1", "AUTH is not offered");
  // RFC 4954 section 4.
  if (!may_log_in()) return answer(538, "5.7.11", "not before TLS");
  if (helo_.empty() || !extended_) return answer(503, "5.5.1", "EHLO first");
  if (!user_.empty()) return answer(503, "5.5.1", "already logged in");
  if (in_transaction_) return answer(503, "5.5.1", "not inside a transaction");
  if (auth.mechanism != "PLAIN") return answer(504, "5.5.4", "only PLAIN is offered");
  return auth.response ? on_response(*auth.response) : Step{{334, "", {""}}, Next::response};
}

Step Server::on_response(std::string_view line) {
  if (line == "*") return answer(501, "5.5.2", "AUTH was given up");
  auto login = sasl::decode_plain(line);
  if (login) return {{}, Next::authenticate, std::move(login->name), std::move(login->password)};
  if (login.error().code == base::Exit::not_permitted) return not_authenticated(false);
  return answer(501, "5.5.2", login.error().what);
}

Step Server::authenticated(std::string_view name) {
  user_ = name;
  return answer(235, "2.7.0", "logged in");
}

Step Server::not_authenticated(bool temporary) {
  if (temporary) return answer(454, "4.7.0", "the login cannot be checked now");
  if (++failed_logins_ < failed_logins_limit) return answer(535, "5.7.8", "wrong name or password");
  return {{421, "4.7.0", {config_.hostname + " too many failed logins"}}, Next::close};
}

Step Server::handle(const Help&) {
  return {{214,
           "2.0.0",
           {std::string(config_.lmtp ? "LHLO" : "HELO EHLO") +
                " MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT" + (may_log_in() ? " AUTH" : ""),
            "see RFC 5321"}},
          Next::command};
}

Step Server::handle(const Quit&) {
  return {{221, "2.0.0", {config_.hostname + " goodbye"}}, Next::close};
}

Step Server::handle(const Unknown&) {
  return answer(500, "5.5.1", "unknown command");
}

Step Server::handle(const Malformed& malformed) {
  auto step = answer(malformed.code, "5.5.4", malformed.what);
  // What follows may be a message, which somebody else has written: its lines must not be taken for commands.
  if (malformed.out_of_step) step.next = Next::close;
  return step;
}

}  // namespace smtp

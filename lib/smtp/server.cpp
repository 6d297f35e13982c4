#include "smtp/server.hpp"

#include <utility>

#include "base/ascii.hpp"

namespace smtp {

namespace {

constexpr std::uint64_t longest_hold = 30 * 24 * 3600;  // seconds, RFC 4865
// The addresses must fit into the head of a queued message, each with what stands around it.
constexpr std::size_t recipients_octets = 768 * 1024;
constexpr std::size_t around_recipient = 16;
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

std::optional<std::string> Policy::moved_to(const Path&) const {
  return std::nullopt;
}

std::string Policy::login_of(const std::string& name) const {
  return name;
}

std::uint64_t Policy::now() const {
  return 0;
}

std::string Policy::first_domain() const {
  return {};
}

bool Policy::takes_no_mail(std::string_view) const {
  return false;
}

bool Policy::has_room(std::uint64_t) const {
  return true;
}

bool Policy::has_room_to_hold() const {
  return true;
}

std::optional<Reply> Policy::refusal(Subject, std::string_view, const Standing&) const {
  return std::nullopt;
}

Server::Server(ServerConfig config, const Policy& policy)
    : config_(std::move(config)), policy_(policy), turned_away_(policy.refusal(Subject::client, "", {})) {}

Reply Server::greeting() const {
  if (!turned_away_) return greeting(config_);
  auto out = *turned_away_;
  // RFC 2034 section 4 wants no code in a greeting; this is what is said when a connection ends.
  if (out.code == 421) return {421, out.enhanced, {config_.hostname + " " + out.lines.at(0)}};
  return {out.code, "", std::move(out.lines)};
}

Reply Server::greeting(const ServerConfig& config) {
  return {220, "", {config.hostname + (config.lmtp ? " LMTP" : " ESMTP") + " tubepost"}};
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

Step Server::on_line(std::string_view line) {
  const auto command = parse_command(line);
  const bool fits = line.size() <= command_limit || std::holds_alternative<Auth>(command);
  if (fits) return on(command);
  auto step = line_too_long();
  if (base::istarts_with(line, "BDAT")) step.next = Next::close;
  return step;
}

Step Server::line_too_long() {
  return answer(500, "5.5.2", "line too long");
}

Step Server::bare_line_end(std::string_view line) {
  auto step = answer(500, "5.5.2", "lines end with CR LF");
  if (base::istarts_with(line, "BDAT")) step.next = Next::close;
  return step;
}

Step Server::rest_of_wrong_line() {
  return count({{500, "5.5.2", {"lines end with CR LF"}}, Next::command});
}

/// What can be asked for now (RFC 5321 section 4.1.1.1).
Reply Server::extensions() const {
  const auto by = config_.min_by == 0 ? "DELIVERBY" : "DELIVERBY " + std::to_string(config_.min_by);
  Reply reply = {250,
                 "",
                 {config_.hostname, "PIPELINING", "SIZE " + std::to_string(config_.max_size), "8BITMIME",
                  "SMTPUTF8", "CHUNKING", "BINARYMIME", "DSN", "ENHANCEDSTATUSCODES", by, "MT-PRIORITY",
                  "LIMITS RCPTMAX=" + std::to_string(config_.max_recipients)}};
  if (config_.tls && !config_.secured) reply.lines.push_back("STARTTLS");
  if (config_.secured) reply.lines.push_back("REQUIRETLS");
  if (config_.submission)
    reply.lines.push_back("FUTURERELEASE " + std::to_string(longest_hold) + " " +
                          format_date_time(policy_.now() + longest_hold));
  if (may_log_in()) {
    auto& line = reply.lines.emplace_back("AUTH");
    for (const auto& mechanism : sasl::offered(*config_.login)) line += " " + mechanism;
  }
  reply.lines.push_back("HELP");
  return reply;
}

Step Server::handle(const Helo& helo) {
  const bool lhlo = helo.greeting == Helo::Greeting::lhlo;
  if (lhlo != config_.lmtp)
    return answer(500, "5.5.1", config_.lmtp ? "LHLO is spoken here" : "LHLO is LMTP's");
  if (auto refusal = policy_.refusal(Subject::helo, helo.domain, {user_, {}}))
    return count({std::move(*refusal)});
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
  if (!policy_.has_room(asked.size.value_or(0))) return answer(452, "4.3.1", "no room for it now");
  if (asked.require_tls && !config_.secured)
    return answer(555, "5.5.4", "REQUIRETLS is offered behind TLS only");
  if (asked.by && asked.by->give_up && asked.by->seconds < static_cast<std::int64_t>(config_.min_by))
    return answer(555, "5.5.4", "too little time: " + std::to_string(config_.min_by) + " seconds at least");
  const bool held = asked.hold_for || asked.hold_until;
  if (held && !config_.submission) return answer(555, "5.5.4", "FUTURERELEASE is not offered");
  if (asked.hold_for.value_or(0) > longest_hold ||
      asked.hold_until.value_or(0) > policy_.now() + longest_hold)
    return answer(501, "5.7.0", "held for too long");
  if (held && !policy_.has_room_to_hold()) return answer(455, "4.3.1", "no room to hold messages back now");
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
  if (auto refusal = policy_.refusal(Subject::sender, to_string(mail.path), {user_, {}}))
    return count({std::move(*refusal)});
  in_transaction_ = true;
  sender_ = mail.path;
  parameters_ = mail.parameters;
  return answer(250, "2.1.0", "sender ok");
}

/// Where mail for this one does not go from here.
std::optional<Step> Server::refuse_recipient(const Path& path, bool local) {
  if (local) {
    const auto moved = policy_.moved_to(path);
    if (!moved) return std::nullopt;
    return answer(551, "5.1.6", "has moved, please try <" + *moved + ">");
  }
  if (!config_.relay && user_.empty()) return answer(550, "5.7.1", "relaying denied");
  if (!path.could_be_reached()) return answer(501, "5.1.2", "there is no such domain");
  // RFC 6409 section 4.2.
  if (config_.submission && path.domain.find_first_of(".:") == std::string::npos)
    return answer(554, "5.1.2", "say the whole domain");
  if (policy_.takes_no_mail(path.domain)) return answer(556, "5.1.10", "this domain takes no mail");
  if (!policy_.has_route(path.domain)) return answer(550, "5.4.4", "no route to this domain");
  return std::nullopt;
}

Step Server::handle(const Rcpt& rcpt) {
  if (in_chunks_) return answer(503, "5.5.1", "in the middle of BDAT");
  if (!in_transaction_ || chunks_failed_) return answer(503, "5.5.1", "MAIL first");
  if (rcpt.any_parameter && !extended_) return answer(555, "5.5.4", "parameters need EHLO");
  if (rcpt.path.needs_utf8() && !parameters_.utf8)
    return answer(553, "5.6.7", "such an address needs SMTPUTF8");
  if (accepted_ >= config_.max_recipients || octets_ > recipients_octets)
    return answer(452, "4.5.3", "too many recipients");
  const bool local = rcpt.path.domain.empty() || policy_.is_local_domain(rcpt.path.domain);
  if (auto refusal = refuse_recipient(rcpt.path, local)) return *refusal;
  auto address = to_string(rcpt.path);
  const auto whom =
      local ? policy_.mailbox_of(unquoted(rcpt.path.local), rcpt.path.domain) : std::optional(address);
  if (!whom) return answer(550, "5.1.1", "no such user here");
  const auto size = parameters_.size.value_or(0);
  if (auto refusal = policy_.refusal(Subject::recipient, address, {user_, to_string(sender_), size}))
    return count({std::move(*refusal)});
  if (named_.insert(*whom).second) {
    octets_ += address.size() + to_words(rcpt.parameters).size() + around_recipient;
    recipients_.push_back({std::move(address), rcpt.parameters});
  }
  ++accepted_;
  const auto elsewhere = local && config_.verify ? forwarded_to(rcpt.path) : std::nullopt;
  return elsewhere ? answer(251, "2.1.5", "not here, will forward to <" + *elsewhere + ">")
                   : answer(250, "2.1.5", "recipient ok");
}

Step Server::handle(const Data&) {
  if (!in_transaction_ || in_chunks_ || chunks_failed_)
    return answer(503, "5.5.1", in_chunks_ ? "in the middle of BDAT" : "MAIL first");
  // RFC 3030 section 3.
  if (parameters_.body == Body::binary) return answer(503, "5.5.1", "BINARYMIME comes by BDAT");
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

Step Server::handle(const Quit&) {
  return {{221, "2.0.0", {config_.hostname + " goodbye"}}, Next::close};
}

Step Server::handle(const Unknown&) {
  return answer(500, "5.5.1", "unknown command");
}

Step Server::handle(const Malformed& malformed) {
  auto step = answer(malformed.code, malformed.enhanced, malformed.what);
  // What follows may be a message, which somebody else has written: its lines must not be taken for commands.
  if (malformed.out_of_step) step.next = Next::close;
  return step;
}

}  // namespace smtp

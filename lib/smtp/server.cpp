#include "smtp/server.hpp"

#include <utility>

#include "base/ascii.hpp"
#include "sasl/plain.hpp"

namespace smtp {

namespace {

constexpr std::size_t failed_logins_limit = 3;
// The addresses must fit into the head of a queued message, each with what stands around it.
constexpr std::size_t recipients_octets = 768 * 1024;
constexpr std::size_t around_recipient = 16;

}  // namespace

Server::Server(ServerConfig config, const Policy& policy) : config_(std::move(config)), policy_(policy) {}

Reply Server::greeting() const {
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
  sender_ = {};
  recipients_.clear();
  named_.clear();
  octets_ = 0;
}

Step Server::on(const Command& command) {
  return std::visit([this](const auto& value) { return handle(value); }, command);
}

Step Server::line_too_long() {
  return answer(500, "5.5.2", "line too long");
}

Step Server::bare_line_end() {
  return answer(500, "5.5.2", "lines end with CR LF");
}

Step Server::handle(const Helo& helo) {
  reset();
  helo_ = helo.domain;
  extended_ = helo.extended;
  if (!helo.extended) return {{250, "", {config_.hostname}}, Next::command};
  Reply reply = {250,
                 "",
                 {config_.hostname, "PIPELINING", "SIZE " + std::to_string(config_.max_size), "8BITMIME",
                  "ENHANCEDSTATUSCODES"}};
  if (config_.auth) reply.lines.push_back("AUTH PLAIN");
  reply.lines.push_back("HELP");
  return {std::move(reply), Next::command};
}

Step Server::handle(const Mail& mail) {
  if (helo_.empty()) return answer(503, "5.5.1", "HELO or EHLO first");
  if (config_.submission && user_.empty() && !config_.relay) return answer(530, "5.7.0", "log in first");
  if (in_transaction_) return answer(503, "5.5.1", "sender already given");
  if (mail.size.value_or(0) > config_.max_size) return answer(552, "5.3.4", "message too large");
  in_transaction_ = true;
  sender_ = mail.path;
  return answer(250, "2.1.0", "sender ok");
}

Step Server::handle(const Rcpt& rcpt) {
  if (!in_transaction_) return answer(503, "5.5.1", "MAIL first");
  if (recipients_.size() >= config_.max_recipients || octets_ > recipients_octets)
    return answer(452, "4.5.3", "too many recipients");
  const bool local = rcpt.path.domain.empty() || policy_.is_local_domain(rcpt.path.domain);
  if (!local && !config_.relay && user_.empty()) return answer(550, "5.7.1", "relaying denied");
  if (!local && !policy_.has_route(rcpt.path.domain)) return answer(550, "5.4.4", "no route to this domain");
  if (local && !policy_.has_user(unquoted(rcpt.path.local))) return answer(550, "5.1.1", "no such user here");
  auto address = to_string(rcpt.path);
  // Users have their names in any case and at every local domain.
  const auto whom = local ? base::lower(unquoted(rcpt.path.local)) : address;
  if (named_.insert(whom).second) {
    octets_ += address.size() + around_recipient;
    recipients_.push_back(std::move(address));
  }
  return answer(250, "2.1.5", "recipient ok");
}

Step Server::handle(const Data&) {
  if (!in_transaction_) return answer(503, "5.5.1", "MAIL first");
  if (recipients_.empty()) return answer(554, "5.5.1", "no valid recipients");
  return {{354, "", {"end with CR LF . CR LF"}}, Next::data};
}

Step Server::stored(std::string_view id) {
  reset();
  return answer(250, "2.0.0", "queued as " + std::string(id));
}

Step Server::not_stored(const base::Error& error) {
  reset();
  if (error.code == base::Exit::temporary) return answer(452, "4.3.1", "not enough room, try again later");
  return answer(451, "4.3.0", "could not store the message, try again later");
}

Step Server::refused(Reply reply) {
  reset();
  return count({std::move(reply), Next::command});
}

Step Server::handle(const Rset&) {
  reset();
  return answer(250, "2.0.0", "ok");
}

Step Server::handle(const Noop&) {
  return answer(250, "2.0.0", "ok");
}

Step Server::handle(const Vrfy&) {
  return answer(252, "2.5.2", "send some mail, I will try my best");
}

Step Server::handle(const Expn&) {
  return answer(502, "5.5.1", "there are no lists to be seen");
}

Step Server::handle(const StartTls&) {
  return answer(502, "5.5.1", "STARTTLS is not offered");
}

Step Server::handle(const Auth& auth) {
  if (!config_.auth) return answer(502, "5.5.1", "AUTH is not offered");
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
           {std::string("HELO EHLO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT") + (config_.auth ? " AUTH" : ""),
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
  return answer(malformed.code, "5.5.4", malformed.what);
}

}  // namespace smtp

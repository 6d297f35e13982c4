#include "pop3/server.hpp"

#include <utility>

#include "base/ascii.hpp"

namespace pop3 {

namespace {

constexpr int most_failures = 3;
constexpr int most_errors = 20;
constexpr std::string_view wrong_login = "wrong name or password";
constexpr std::string_view expired = "the account or its password has expired";

Step ok(std::string_view text) {
  return Step{"+OK " + std::string(text) + "\r\n", Next::command, {}, 0, {}};
}
Step err(std::string_view text) {
  return Step{"-ERR " + std::string(text) + "\r\n", Next::command, {}, 0, {}};
}
Step no_such_message() {
  return err("no such message");
}

Step with(Step step, Next next) {
  step.next = next;
  return step;
}

Step message(std::string_view text, std::size_t index, std::optional<std::uint32_t> top_lines) {
  auto step = with(ok(text), Next::send_message);
  step.index = index;
  step.top_lines = top_lines;
  return step;
}

}  // namespace

void Server::offer(sasl::Terms terms) {
  terms_ = std::move(terms);
  tls_available_ = false;
  tls_begun_ = true;
  exchange_.reset();
  user_.clear();
}

Step Server::greeting() const {
  if (authenticated_) return {};
  return ok("tubepost POP3 ready" + (site_.timestamp.empty() ? "" : " " + site_.timestamp));
}

Step Server::on(const Command& command) {
  return std::visit([this](const auto& one) { return on(one); }, command);
}

Step Server::wrong(std::string_view text) {
  return ++errors_ < most_errors ? err(text) : with(err("too many errors"), Next::close);
}

Step Server::wrong_state() {
  return wrong("not in this state");
}

Step Server::authenticated(const Maildrop& maildrop) {
  maildrop_ = &maildrop;
  return ok(std::to_string(maildrop.count()) + " messages");
}

Step Server::denied(std::string_view why) {
  return with(err("[AUTH] " + std::string(why)), ++failures_ < most_failures ? Next::command : Next::close);
}

Step Server::on_response(std::string_view line) {
  return exchange_ ? next(exchange_->on(line)) : wrong_state();
}

Step Server::on_answer(const sasl::Answer& answer) {
  if (exchange_) return next(exchange_->on(answer));
  if (answer.verdict == sasl::Verdict::blocked) return blocked();
  if (answer.verdict == sasl::Verdict::expired) return denied(expired);
  return answer.verdict == sasl::Verdict::denied ? denied(wrong_login) : auth_unavailable();
}

Step Server::next(sasl::Step step) {
  using Kind = sasl::Step::Next;
  if (step.next == Kind::challenge) return Step{"+ " + step.text + "\r\n", Next::response, {}, 0, {}};
  if (step.next == Kind::ask) return Step{{}, Next::authenticate, std::move(step.question), 0, {}};
  exchange_.reset();
  if (step.next == Kind::denied) return denied(wrong_login);
  if (step.next == Kind::blocked) return blocked();
  if (step.next == Kind::expired) return denied(expired);
  if (step.next == Kind::malformed) return wrong(step.text);
  if (step.next == Kind::cancelled) return wrong("AUTH was given up");
  return auth_unavailable();
}

Step Server::blocked() {
  return with(err("[SYS/TEMP] too many failed logins from you, try again later"), Next::close);
}

Step Server::auth_unavailable() {
  exchange_.reset();
  return with(err("[SYS/TEMP] the login cannot be checked now, try again later"),
              ++errors_ < most_errors ? Next::command : Next::close);
}

Step Server::locked() const {
  return with(err("[IN-USE] the mailbox is in use"), Next::close);
}

Step Server::too_soon() const {
  return with(
      err("[LOGIN-DELAY] the last login was less than " + std::to_string(site_.login_delay) + " seconds ago"),
      Next::close);
}

Step Server::message_gone() const {
  return err("another program has removed the message");
}

Step Server::message_unreadable() const {
  return err("[SYS/TEMP] the message cannot be read");
}

Step Server::committed(bool everything_removed) const {
  return with(everything_removed ? ok("bye") : err("some deleted messages not removed"), Next::close);
}

Step Server::on(const User& user) {
  if (maildrop_ || authenticated_) return wrong_state();
  if (!terms_.secret) return wrong("[AUTH] not without TLS");
  user_ = user.name;
  return ok("send the password");  // said to every name: it tells nothing about who exists
}

Step Server::on(const Pass& pass) {
  if (maildrop_ || user_.empty()) return wrong_state();
  exchange_.reset();
  sasl::Question question = {sasl::Question::About::password, std::exchange(user_, {}), pass.password};
  return Step{{}, Next::authenticate, std::move(question), 0, {}};
}

Step Server::on(const Apop& apop) {
  if (maildrop_ || authenticated_) return wrong_state();
  if (site_.timestamp.empty()) return wrong("APOP is not offered");
  user_.clear();
  exchange_.reset();
  return Step{{}, Next::authenticate, {sasl::Question::About::digest, apop.name, apop.digest}, 0, {}};
}

Step Server::on(const Auth& auth) {
  if (maildrop_ || authenticated_) return wrong_state();
  user_.clear();
  if (auth.mechanism.empty()) {
    auto step = ok("mechanisms follow");
    for (const auto& name : sasl::offered(terms_)) step.reply += name + "\r\n";
    step.reply += ".\r\n";
    return step;
  }
  exchange_ = sasl::Exchange::make(auth.mechanism, terms_, nonce_ + std::to_string(exchanges_++));
  return exchange_ ? next(exchange_->begin(auth.response)) : wrong("this mechanism is not offered");
}

Step Server::on(const Stat&) {
  if (!maildrop_) return wrong_state();
  std::uint64_t octets = 0;
  for (std::size_t i = 0; i < maildrop_->count(); ++i)
    octets += deleted_.contains(i) ? 0 : maildrop_->size(i);
  return ok(std::to_string(maildrop_->count() - deleted_.size()) + " " + std::to_string(octets));
}

Step Server::on(const List& list) {
  return listing(list.n, [](const Maildrop& drop, std::size_t i) { return std::to_string(drop.size(i)); });
}

Step Server::on(const Uidl& uidl) {
  return listing(uidl.n, [](const Maildrop& drop, std::size_t i) { return drop.uid(i); });
}

Step Server::listing(std::optional<std::uint32_t> n, std::string (*value)(const Maildrop&, std::size_t)) {
  if (!maildrop_) return wrong_state();
  if (n && !present(*n)) return no_such_message();
  if (n) return ok(std::to_string(*n) + " " + value(*maildrop_, *n - 1));
  auto step = ok("listing follows");
  for (std::size_t i = 0; i < maildrop_->count(); ++i) {
    if (!deleted_.contains(i)) step.reply += std::to_string(i + 1) + " " + value(*maildrop_, i) + "\r\n";
  }
  step.reply += ".\r\n";
  return step;
}

Step Server::on(const Retr& retr) {
  if (!maildrop_) return wrong_state();
  if (!present(retr.n)) return no_such_message();
  return message(std::to_string(maildrop_->size(retr.n - 1)) + " octets", retr.n - 1, std::nullopt);
}

Step Server::on(const Top& top) {
  if (!maildrop_) return wrong_state();
  if (!present(top.n)) return no_such_message();
  return message("top of message follows", top.n - 1, top.lines);
}

Step Server::on(const Dele& dele) {
  if (!maildrop_) return wrong_state();
  if (!present(dele.n)) return no_such_message();
  deleted_.insert(dele.n - 1);
  return ok("deleted");
}

Step Server::on(const Noop&) {
  return maildrop_ ? ok("done") : wrong_state();
}

Step Server::on(const Rset&) {
  if (!maildrop_) return wrong_state();
  deleted_.clear();
  return ok("nothing is deleted");
}

Step Server::on(const Quit&) {
  if (!maildrop_) return with(ok("bye"), Next::close);
  return Step{{}, Next::commit_and_close, {}, 0, {}};
}

std::string Server::login_capabilities() const {
  if (authenticated_) return site_.login_capabilities;
  std::string out = tls_available_ ? "STLS\r\n" : "";
  if (terms_.secret) out += "USER\r\n";
  std::string mechanisms;
  for (const auto& name : sasl::offered(terms_)) mechanisms += " " + name;
  if (!mechanisms.empty()) out += "SASL" + mechanisms + "\r\n";
  return out;
}

Step Server::on(const Capa&) {
  auto step = ok("capabilities follow");
  step.reply += "TOP\r\nUIDL\r\nPIPELINING\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n";
  step.reply += login_capabilities();
  step.reply += "LOGIN-DELAY " + std::to_string(site_.login_delay) + "\r\nEXPIRE NEVER\r\n";
  step.reply += "UTF8 USER\r\nLANG\r\nIMPLEMENTATION tubepost\r\n.\r\n";
  return step;
}

Step Server::on(const Stls&) {
  if (maildrop_ || authenticated_) return wrong_state();
  if (tls_available_) return with(ok("begin TLS now"), Next::start_tls);
  return wrong(tls_begun_ ? "TLS is there already" : "TLS is not to be had");
}

Step Server::on(const Utf8&) {
  // Mail is stored, and sent, as it came: there is nothing to switch.
  return maildrop_ || authenticated_ ? wrong_state() : ok("UTF-8 it is");
}

Step Server::on(const Lang& lang) {
  if (!lang.range) return ok("languages follow\r\nen English\r\n.");
  if (*lang.range == "*" || base::iequals(*lang.range, "en")) return ok("en English it is");
  return err("there is no such language here");
}

Step Server::on(const Unknown&) {
  return wrong("unknown command");
}
Step Server::on(const BadSyntax&) {
  return wrong("syntax error in arguments");
}

bool Server::present(std::uint32_t n) const {
  return n >= 1 && n <= maildrop_->count() && !deleted_.contains(n - 1);
}

}  // namespace pop3

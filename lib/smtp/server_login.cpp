// STARTTLS and AUTH: who the client is, and who may know.
#include <algorithm>
#include <string>
#include <utility>

#include "smtp/server.hpp"

namespace smtp {

namespace {

constexpr std::size_t failed_logins_limit = 3;

/// What others offer still: a password that is read or guessed from what goes over the wire.
constexpr std::string_view weak[] = {"PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "NTLM", "SCRAM-SHA-1"};

}  // namespace

Step Server::handle(const StartTls&) {
  if (!config_.tls) return answer(502, "5.5.1", "STARTTLS is not offered");
  if (config_.secured) return answer(503, "5.5.1", "TLS is there already");
  return {{220, "2.0.0", {"go ahead"}}, Next::tls};
}

void Server::secured(sasl::Terms login) {
  reset();
  helo_.clear();
  extended_ = false;
  user_.clear();
  exchange_.reset();
  config_.secured = true;
  if (config_.login) config_.login = std::move(login);
}

std::size_t Server::line_limit() const {
  return user_.empty() && may_log_in() ? std::max(command_limit, sasl::line_limit) : command_limit;
}

/// RFC 4954 section 6 has a code for each reason.
Step Server::not_offered(std::string_view mechanism) {
  auto with_tls = *config_.login;
  with_tls.secret = true;
  if (sasl::offers(with_tls, mechanism)) return answer(538, "5.7.11", "not before TLS");
  if (std::find(std::begin(weak), std::end(weak), mechanism) != std::end(weak))
    return answer(534, "5.7.9", "too weak for this site");
  return answer(504, "5.5.4", "this mechanism is not offered");
}

Step Server::handle(const Auth& auth) {
  if (!config_.login) return answer(502, "5.5.1", "AUTH is not offered");
  if (helo_.empty() || !extended_) return answer(503, "5.5.1", "EHLO first");
  if (!user_.empty()) return answer(503, "5.5.1", "already logged in");
  if (in_transaction_) return answer(503, "5.5.1", "not inside a transaction");
  exchange_ =
      sasl::Exchange::make(auth.mechanism, *config_.login, config_.nonce + std::to_string(exchanges_++));
  return exchange_ ? next(exchange_->begin(auth.response)) : not_offered(auth.mechanism);
}

Step Server::on_response(std::string_view line) {
  return exchange_ ? next(exchange_->on(line)) : answer(503, "5.5.1", "AUTH first");
}

Step Server::response_too_long() {
  exchange_.reset();
  return answer(500, "5.5.6", "the response is too long");
}

Step Server::on_answer(const sasl::Answer& given) {
  return exchange_ ? next(exchange_->on(given)) : login_unavailable();
}

Step Server::next(sasl::Step step) {
  using Kind = sasl::Step::Next;
  if (step.next == Kind::challenge) return {{334, "", {std::move(step.text)}}, Next::response};
  if (step.next == Kind::ask) {
    // Who is checked is who has logged in then, whatever becomes of the aliases meanwhile. Of a certificate
    // the one who is asked knows the name, and finds out whose it is: he must find the same.
    auto& question = step.question;
    said_ = question.name;
    login_ = policy_.login_of(said_);
    question.said = said_;
    (question.about == sasl::Question::About::certificate ? question.secret : question.name) = login_;
    return {{}, Next::authenticate, std::move(question)};
  }
  exchange_.reset();
  if (step.next == Kind::granted) {
    user_ = login_;
    return answer(235, "2.7.0", "logged in");
  }
  if (step.next == Kind::denied) return denied("wrong name or password");
  if (step.next == Kind::expired) return denied("the account or its password has expired");
  if (step.next == Kind::blocked)
    return {{421, "4.7.0", {config_.hostname + " too many failed logins from you, try again later"}},
            Next::close};
  if (step.next == Kind::malformed) return answer(501, "5.5.2", std::move(step.text));
  if (step.next == Kind::cancelled) return answer(501, "5.5.2", "AUTH was given up");
  return answer(454, "4.7.0", "the login cannot be checked now");
}

Step Server::denied(std::string_view why) {
  if (++failed_logins_ < failed_logins_limit) return answer(535, "5.7.8", std::string(why));
  return {{421, "4.7.0", {config_.hostname + " too many failed logins"}}, Next::close};
}

Step Server::login_unavailable() {
  exchange_.reset();
  return {{454, "4.7.0", {"the login cannot be checked now"}}, Next::close};
}

}  // namespace smtp

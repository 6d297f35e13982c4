#include "imap/greeter.hpp"

#include "imap/quote.hpp"
#include "imap/session.hpp"

namespace imap {

namespace {

using Then = Greeting::Next;

constexpr std::size_t errors_limit = 10;
constexpr std::size_t failures_limit = 3;
constexpr std::string_view needs_tls = "NO [PRIVACYREQUIRED] not without TLS";

std::string line(std::string_view tag, std::string_view text) {
  return std::string(tag) + " " + one_line(text) + "\r\n";
}

Greeting say(std::string reply, Then next = Then::command) {
  return {std::move(reply), next, {}, {}};
}

}  // namespace

void Greeter::offer(sasl::Terms terms) {
  terms_ = std::move(terms);
  tls_available_ = false;
  tls_begun_ = true;
  exchange_.reset();
}

std::string Greeter::capabilities() const {
  std::string out(capabilities_before_login);
  if (tls_available_) out += " STARTTLS";
  for (const auto& name : sasl::offered(terms_)) out += " AUTH=" + name;
  return terms_.secret ? out : out + " LOGINDISABLED";
}

std::string Greeter::greeting() const {
  return "* OK [CAPABILITY " + capabilities() + "] tubepost\r\n";
}

Greeting Greeter::bad(std::string_view tag, std::string_view what) {
  auto reply = line(tag, "BAD " + std::string(what));
  if (++errors_ < errors_limit) return say(std::move(reply));
  return say(reply + "* BYE too many errors\r\n", Then::close);
}

/// The checker takes them with a NUL behind each: with one inside, half a password would be checked.
Greeting Greeter::login(std::string_view tag, const Login& login) {
  tag_ = tag;
  exchange_.reset();
  constexpr std::string_view never("\0\r\n", 3);
  if (!terms_.secret) return say(line(tag, needs_tls));
  if (login.user.find_first_of(never) != std::string::npos ||
      login.password.find_first_of(never) != std::string::npos)
    return bad(tag, "a name or password cannot hold NUL, CR or LF");
  return {{},
          Then::authenticate,
          std::string(tag),
          {sasl::Question::About::password, login.user, login.password}};
}

Greeting Greeter::authenticate(std::string_view tag, const Authenticate& auth) {
  tag_ = tag;
  exchange_ = sasl::Exchange::make(auth.mechanism, terms_, nonce_ + std::to_string(exchanges_++));
  if (exchange_) return next(exchange_->begin(auth.response));
  auto secret = terms_;
  secret.secret = true;
  return say(
      line(tag_, sasl::offers(secret, auth.mechanism) ? needs_tls : "NO this mechanism is not offered"));
}

Greeting Greeter::start_tls(std::string_view tag) {
  if (tls_begun_) return bad(tag, "TLS is there already");
  if (!tls_available_) return bad(tag, "TLS is not to be had");
  return say(line(tag, "OK begin TLS now"), Then::start_tls);
}

Greeting Greeter::too_big(std::string_view tag) {
  return bad(tag, "larger than this server takes before login");
}

Greeting Greeter::response_too_big() {
  exchange_.reset();
  return too_big(tag_);
}

Greeting Greeter::on(const Tagged& tagged) {
  if (const auto* login = std::get_if<Login>(&tagged.command)) {
    return this->login(tagged.tag, *login);
  }
  if (const auto* wrong = std::get_if<Bad>(&tagged.command)) return bad(tagged.tag, wrong->what);
  if (const auto* auth = std::get_if<Authenticate>(&tagged.command)) return authenticate(tagged.tag, *auth);
  const auto* plain = std::get_if<Plain>(&tagged.command);
  if (plain == nullptr) return bad(tagged.tag, "log in first");
  switch (plain->verb) {
    case Verb::capability:
      return say("* CAPABILITY " + capabilities() + "\r\n" + line(tagged.tag, "OK done"));
    case Verb::noop:
      return say(line(tagged.tag, "OK done"));
    case Verb::id:
      return say("* ID (\"name\" \"tubepost\")\r\n" + line(tagged.tag, "OK done"));
    case Verb::logout:
      return say("* BYE logging out\r\n" + line(tagged.tag, "OK done"), Then::close);
    case Verb::starttls:
      return start_tls(tagged.tag);
    default:
      return bad(tagged.tag, "log in first");
  }
}

Greeting Greeter::on_response(std::string_view response) {
  return exchange_ ? next(exchange_->on(response)) : bad(tag_, "nothing was asked");
}

Greeting Greeter::on_answer(const sasl::Answer& answer) {
  if (exchange_) return next(exchange_->on(answer));
  if (answer.verdict == sasl::Verdict::blocked) return blocked(tag_);
  if (answer.verdict == sasl::Verdict::expired) return expired(tag_);
  return failed(tag_, answer.verdict != sasl::Verdict::denied);
}

Greeting Greeter::next(sasl::Step step) {
  using Kind = sasl::Step::Next;
  if (step.next == Kind::challenge) return say("+ " + step.text + "\r\n", Then::response);
  if (step.next == Kind::ask) return {{}, Then::authenticate, tag_, std::move(step.question)};
  exchange_.reset();
  if (step.next == Kind::blocked) return blocked(tag_);
  if (step.next == Kind::expired) return expired(tag_);
  if (step.next == Kind::malformed) return bad(tag_, step.text);
  if (step.next == Kind::cancelled) return bad(tag_, "AUTHENTICATE was given up");
  if (step.next == Kind::denied && !step.text.empty())
    return failure(line(tag_, "NO [AUTHORIZATIONFAILED] " + step.text));
  return failed(tag_, step.next != Kind::denied);
}

Greeting Greeter::blocked(std::string_view tag) {
  return say(line(tag, "NO [UNAVAILABLE] too many failed logins from you, try again later") +
                 "* BYE too many failed logins\r\n",
             Then::close);
}

Greeting Greeter::expired(std::string_view tag) {
  return failure(line(tag, "NO [EXPIRED] the account or its password has expired"));
}

Greeting Greeter::failed(std::string_view tag, bool temporary) {
  return failure(temporary ? line(tag, "NO [UNAVAILABLE] the login cannot be checked now")
                           : line(tag, "NO [AUTHENTICATIONFAILED] wrong name or password"));
}

Greeting Greeter::failure(std::string reply) {
  if (++failures_ < failures_limit) return say(std::move(reply));
  return say(reply + "* BYE too many failed logins\r\n", Then::close);
}

}  // namespace imap

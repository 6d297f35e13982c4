#include "imap/greeter.hpp"

#include "imap/quote.hpp"
#include "sasl/plain.hpp"

namespace imap {

namespace {

using Then = Greeting::Next;

constexpr std::size_t errors_limit = 10;
constexpr std::size_t failures_limit = 3;

std::string line(std::string_view tag, std::string_view text) {
  return std::string(tag) + " " + one_line(text) + "\r\n";
}

Greeting say(std::string reply, Then next = Then::command) {
  return {std::move(reply), next, {}, {}, {}};
}

}  // namespace

std::string Greeter::greeting() const {
  return "* OK [CAPABILITY " + capabilities() + "] tubepost\r\n";
}

std::string Greeter::capabilities() const {
  std::string out = "IMAP4rev1 LITERAL+ SASL-IR ID";
  if (security_.tls_available) out += " STARTTLS";
  return out + (security_.login_allowed ? " AUTH=PLAIN" : " LOGINDISABLED");
}

Greeting Greeter::start_tls(std::string_view tag) {
  if (!security_.tls_available) return bad(tag, "TLS is not to be had");
  return say(line(tag, "OK begin TLS now"), Then::start_tls);
}

Greeting Greeter::bad(std::string_view tag, std::string_view what) {
  auto reply = line(tag, "BAD " + std::string(what));
  if (++errors_ < errors_limit) return say(std::move(reply));
  return say(reply + "* BYE too many errors\r\n", Then::close);
}

/// The checker takes them with a NUL behind each: with one inside, half a password would be checked.
Greeting Greeter::ask(std::string_view tag, const std::string& name, const std::string& password) {
  constexpr std::string_view never("\0\r\n", 3);
  if (name.find_first_of(never) != std::string::npos || password.find_first_of(never) != std::string::npos)
    return bad(tag, "a name or password cannot hold NUL, CR or LF");
  return {{}, Then::authenticate, std::string(tag), name, password};
}

Greeting Greeter::too_big(std::string_view tag) {
  return bad(tag, "larger than this server takes before login");
}

Greeting Greeter::response_too_big() {
  return too_big(tag_);
}

Greeting Greeter::on(const Tagged& tagged) {
  const bool logs_in =
      std::holds_alternative<Login>(tagged.command) || std::holds_alternative<Authenticate>(tagged.command);
  if (logs_in && !security_.login_allowed)
    return say(line(tagged.tag, "NO [PRIVACYREQUIRED] not before TLS"));
  if (const auto* login = std::get_if<Login>(&tagged.command)) {
    return ask(tagged.tag, login->user, login->password);
  }
  if (const auto* wrong = std::get_if<Bad>(&tagged.command)) return bad(tagged.tag, wrong->what);
  if (const auto* auth = std::get_if<Authenticate>(&tagged.command)) {
    if (auth->mechanism != "PLAIN") return say(line(tagged.tag, "NO this mechanism is not offered"));
    tag_ = tagged.tag;
    return auth->response ? on_response(*auth->response) : say("+ \r\n", Then::response);
  }
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
  if (response == "*") return bad(tag_, "AUTHENTICATE was given up");
  const auto login = sasl::decode_plain(response);
  if (login) return ask(tag_, login->name, login->password);
  if (login.error().code == base::Exit::not_permitted) return failed(tag_, false);
  return bad(tag_, login.error().what);
}

Greeting Greeter::failed(std::string_view tag, bool temporary) {
  auto reply = temporary ? line(tag, "NO [UNAVAILABLE] the login cannot be checked now")
                         : line(tag, "NO [AUTHENTICATIONFAILED] wrong name or password");
  if (++failures_ < failures_limit) return say(std::move(reply));
  return say(reply + "* BYE too many failed logins\r\n", Then::close);
}

}  // namespace imap

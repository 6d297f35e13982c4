// From the banner to the first transaction: EHLO, STARTTLS (RFC 3207), AUTH (RFC 4954).
#include "smtp/client.hpp"

namespace smtp {

void Client::greet() {
  send((terms_.lmtp ? "LHLO " : "EHLO ") + terms_.hostname, Await::ehlo);
}

void Client::on_greeting(const ServerReply& reply, Await await) {
  const bool good = reply.code / 100 == 2;
  if (await == Await::starttls) {
    begin_tls_ = reply.code == 220;
    if (begin_tls_) return;
    if (terms_.tls == ClientTerms::Tls::must)
      return lost("TLS is offered and refused: " + reply.text(), "4.7.4");
    return begin_login();
  }
  if (await == Await::banner && good) return greet();
  // A server that does not know EHLO (section 3.2) is spoken to in the old way.
  if (await == Await::ehlo && reply.code / 100 == 5 && !terms_.lmtp)
    return send("HELO " + terms_.hostname, Await::helo);
  if (!good) return close_with(reply);
  if (await == Await::ehlo) extensions_ = parse_extensions(reply.lines);
  go_on_greeting();
}

void Client::go_on_greeting() {
  if (terms_.secured || terms_.tls == ClientTerms::Tls::never) return begin_login();
  if (extensions_.starttls) return send("STARTTLS", Await::starttls);
  if (terms_.tls == ClientTerms::Tls::must) return lost("the host offers no TLS", "4.7.4");
  begin_login();
}

void Client::secured(bool verified) {
  begin_tls_ = false;
  terms_.secured = true;
  terms_.verified = verified;
  extensions_ = {};
  greet();
}

void Client::begin_login() {
  greeted_ = !terms_.login;
  if (greeted_) return;
  login_ = sasl::Client::choose(extensions_.auth, *terms_.login, terms_.nonce,
                                terms_.secured || terms_.password_in_clear);
  if (!login_) return lost("the host offers no AUTH that may be used", "4.7.8");
  const auto initial = login_->initial();
  send("AUTH " + login_->mechanism() + (initial ? " " + *initial : ""), Await::auth);
}

/// A password that the server does not take is this host's trouble: no recipient fails for it.
void Client::on_auth(const ServerReply& reply) {
  if (reply.code == 334) {
    const auto response = login_->on(reply.lines.empty() ? "" : reply.lines.front());
    return response ? send(*response, Await::auth) : send("*", Await::cancelled);
  }
  if (reply.code / 100 != 2) return lost("AUTH " + login_->mechanism() + ": " + reply.text(), "4.7.8");
  if (!login_->complete()) return lost("the host takes a login before it has proved itself", "4.7.8");
  greeted_ = true;
}

}  // namespace smtp

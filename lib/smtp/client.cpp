#include "smtp/client.hpp"

#include <algorithm>
#include <utility>

namespace smtp {

Verdict to_verdict(const ServerReply& reply) {
  Verdict out;
  out.fate = reply.code / 100 == 2 ? Fate::delivered : reply.code / 100 == 5 ? Fate::failed : Fate::deferred;
  out.status = !reply.enhanced.empty()       ? reply.enhanced
               : out.fate == Fate::delivered ? "2.0.0"
               : out.fate == Fate::failed    ? "5.0.0"
                                             : "4.0.0";
  out.text = reply.text();
  return out;
}

Client::Next Client::next() const {
  if (closed_) return Next::close;
  if (begin_tls_) return Next::tls;
  if (in_body_) return Next::body;
  return awaited_.empty() && output_.empty() ? Next::ready : Next::reply;
}

std::string Client::output() {
  return std::exchange(output_, {});
}

void Client::send(std::string line, Await await) {
  output_ += line + "\r\n";
  awaited_.push_back(await);
}

bool Client::any_accepted() const {
  return std::find(accepted_.begin(), accepted_.end(), true) != accepted_.end();
}

/// Why this server cannot have the message; another may.
std::optional<Verdict> Client::unfit() const {
  const auto& wanted = transaction_;
  if (extensions_.size_limit != 0 && wanted.size > extensions_.size_limit) {
    const auto limit = std::to_string(extensions_.size_limit);
    return Verdict{Fate::failed, "5.3.4",
                   "the message is larger than the " + limit + " octets this host takes", true};
  }
  // A notice is rather seen than lost (RFC 8689 section 5).
  if (wanted.parameters.require_tls && !vouches_for_tls() && !wanted.sender.empty())
    return Verdict{Fate::failed, "5.7.30", "the sender requires TLS, which this host does not vouch for",
                   true};
  if (wanted.utf8 && !extensions_.utf8)
    return Verdict{Fate::failed, "5.6.7", "an address or the header needs SMTPUTF8, which this host has not",
                   true};
  // Who wants it back rather than late gave it to no host that does not watch the time (RFC 2852). LMTP is
  // the end of the way.
  const auto& by = wanted.parameters.by;
  if (by && by->give_up && !terms_.lmtp && !extensions_.deliver_by)
    return Verdict{Fate::failed, "5.4.7",
                   "the message has a time to be there by, which this host does not keep", true};
  if (by && by->give_up && by->seconds < extensions_.by_min)
    return Verdict{Fate::failed, "5.4.7",
                   "this host wants at least " + std::to_string(extensions_.by_min) +
                       " seconds for a message that has a time to be there by",
                   true};
  if (wanted.eight_bit && !extensions_.eight_bit)
    return Verdict{Fate::failed, "5.6.3", "the message needs 8BITMIME, which this host has not", true};
  return std::nullopt;
}

std::string Client::mail_command() const {
  const auto& wanted = transaction_.parameters;
  MailParameters out;
  if (transaction_.eight_bit || transaction_.utf8) out.body = Body::eight_bit;
  out.utf8 = transaction_.utf8;
  out.require_tls = wanted.require_tls && vouches_for_tls();
  if (extensions_.deliver_by) out.by = wanted.by;
  if (extensions_.priority) out.priority = wanted.priority;
  if (extensions_.dsn) {
    out.return_full = wanted.return_full;
    out.envelope_id = wanted.envelope_id;
  }
  std::string line = "MAIL FROM:<" + transaction_.sender + ">";
  if (extensions_.size) line += " SIZE=" + std::to_string(transaction_.size);
  const auto words = to_words(out);
  return words.empty() ? line : line + " " + words;
}

void Client::begin(Transaction transaction) {
  transaction_ = std::move(transaction);
  verdicts_.assign(transaction_.recipients.size(), {});
  accepted_.assign(transaction_.recipients.size(), false);
  asked_ = answered_ = settled_ = 0;
  mail_refused_ = false;
  body_begun_ = false;
  in_transaction_ = true;
  chunked_ = extensions_.chunking && extensions_.pipelining && transaction_.size >= terms_.large;
  if (const auto refusal = unfit()) {
    settle_open(*refusal);
    return end_transaction(false);
  }
  send(mail_command(), Await::mail);
  if (!extensions_.pipelining) return;
  while (asked_ < transaction_.recipients.size()) send_rcpt();
  if (!chunked_) send("DATA", Await::data);
}

void Client::send_rcpt() {
  const auto& recipient = transaction_.recipients[asked_++];
  std::string line = "RCPT TO:<" + recipient.address + ">";
  const auto words = extensions_.dsn ? to_words(recipient.parameters) : std::string();
  send(words.empty() ? line : line + " " + words, Await::rcpt);
}

/// The command after the reply that just came, where it was not sent before.
void Client::send_next_command() {
  if (asked_ < transaction_.recipients.size()) {
    if (!extensions_.pipelining) send_rcpt();
  } else if (answered_ == asked_ && (chunked_ || !extensions_.pipelining)) {
    after_recipients();
  }
}

void Client::after_recipients() {
  if (!any_accepted()) return end_transaction(!mail_refused_);
  if (!chunked_) return send("DATA", Await::data);
  in_body_ = body_begun_ = true;
}

std::string Client::chunk(std::size_t octets, bool last) {
  if (!last) awaited_.push_back(Await::chunk);
  return "BDAT " + std::to_string(octets) + (last ? " LAST" : "") + "\r\n";
}

void Client::body_sent() {
  in_body_ = false;
  const auto replies = terms_.lmtp ? std::count(accepted_.begin(), accepted_.end(), true) : 1;
  for (auto i = replies; i > 0; --i) awaited_.push_back(Await::final);
}

void Client::end_transaction(bool reset) {
  in_transaction_ = false;
  if (reset && !closed_) send("RSET", Await::rset);
}

/// Every recipient that has no verdict of its own yet gets this one.
void Client::settle_open(const Verdict& verdict) {
  for (std::size_t i = 0; i < verdicts_.size(); ++i) {
    if (!accepted_[i] && !verdicts_[i].text.empty()) continue;
    verdicts_[i] = verdict;
    if (verdict.fate == Fate::deferred) verdicts_[i].elsewhere = !body_begun_;
  }
  std::fill(accepted_.begin(), accepted_.end(), false);
}

/// The connection is of no more use.
void Client::finish_with(const Verdict& verdict) {
  if (closed_) return;
  if (in_transaction_) settle_open(verdict);
  if (!greeted_) verdicts_.assign(1, {verdict.fate, verdict.status, verdict.text, true});
  in_transaction_ = in_body_ = begin_tls_ = false;
  closed_ = true;
  awaited_.clear();
  output_.clear();
}

void Client::close_with(const ServerReply& reply) {
  // The server's state, not the recipient's: never a reason to give up.
  auto verdict = to_verdict(reply);
  verdict.fate = Fate::deferred;
  if (!verdict.status.starts_with('4') || reply.enhanced.empty()) verdict.status = "4.3.2";
  finish_with(verdict);
}

void Client::lost(const std::string& why, const std::string& status) {
  finish_with({Fate::deferred, status, why, true});
}

void Client::unasked() {
  lost("the host answered before it was asked");
}

void Client::quit() {
  send("QUIT", Await::quit);
}

void Client::on_mail(const ServerReply& reply) {
  if (reply.code / 100 == 2) {
    if (!extensions_.pipelining) send_next_command();
    return;
  }
  mail_refused_ = true;
  settle_open(to_verdict(reply));
  if (!extensions_.pipelining) end_transaction(false);
}

void Client::on_rcpt(const ServerReply& reply) {
  const auto i = answered_++;
  if (!mail_refused_) {
    auto verdict = to_verdict(reply);
    // 552 used to mean too many recipients (section 4.5.3.1.10); 251 says that it will be forwarded, 551 does
    // not.
    if (reply.code == 552) verdict.fate = Fate::deferred;
    accepted_[i] = verdict.fate == Fate::delivered;
    verdict.elsewhere = verdict.fate == Fate::deferred;
    verdicts_[i] = std::move(verdict);
  }
  send_next_command();
}

void Client::on_data(const ServerReply& reply) {
  const bool any = any_accepted();
  if (reply.code == 354 && any) {
    in_body_ = body_begun_ = true;
  } else if (reply.code == 354 && terms_.lmtp) {
    // Without recipients there would be no reply to what is behind it (RFC 2033 section 4.2).
    lost("the host answered DATA without recipients with " + reply.text());
  } else if (reply.code == 354) {
    // Nobody will get it, but the server waits for a message now.
    output_ += ".\r\n";
    awaited_.push_back(Await::empty_dot);
  } else if (reply.code / 100 < 4) {
    // No such answer exists (section 4.3.2): what it thinks of the message is not known.
    lost("the host answered DATA with " + reply.text());
  } else {
    if (any) settle_open(to_verdict(reply));
    end_transaction(!mail_refused_);
  }
}

void Client::on_chunk(const ServerReply& reply) {
  if (reply.code / 100 == 2) return;
  settle_open(to_verdict(reply));
  // How many replies come to the last chunk is not known any more.
  if (terms_.lmtp) lost("the host refused a piece of the message");
}

void Client::on_final(const ServerReply& reply) {
  const bool refused_before = !any_accepted();
  if (!terms_.lmtp) {
    settle_open(to_verdict(reply));
    return end_transaction(chunked_ && refused_before);
  }
  while (settled_ < accepted_.size() && !accepted_[settled_]) ++settled_;
  if (settled_ < accepted_.size()) {
    accepted_[settled_] = false;
    verdicts_[settled_++] = to_verdict(reply);
  }
  if (!any_accepted()) end_transaction(false);
}

void Client::on(const ServerReply& reply) {
  if (awaited_.empty()) return unasked();
  const Await await = awaited_.front();
  awaited_.pop_front();
  if (reply.code == 421 && await != Await::quit) return close_with(reply);
  switch (await) {
    case Await::banner:
    case Await::ehlo:
    case Await::helo:
    case Await::starttls:
      return on_greeting(reply, await);
    case Await::auth:
      return on_auth(reply);
    case Await::cancelled:
      return lost("AUTH " + login_->mechanism() + " came to nothing: the host has not proved itself",
                  "4.7.8");
    case Await::mail:
      return on_mail(reply);
    case Await::rcpt:
      return on_rcpt(reply);
    case Await::data:
      return on_data(reply);
    case Await::chunk:
      return on_chunk(reply);
    case Await::final:
      return on_final(reply);
    case Await::empty_dot:
      return end_transaction(false);
    case Await::rset:
      if (reply.code / 100 != 2) closed_ = true;
      return;
    case Await::quit:
      closed_ = true;
      return;
  }
}

}  // namespace smtp

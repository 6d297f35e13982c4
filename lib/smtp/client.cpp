#include "smtp/client.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"

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

void Client::begin(Transaction transaction) {
  transaction_ = std::move(transaction);
  verdicts_.assign(transaction_.recipients.size(), {});
  accepted_.assign(transaction_.recipients.size(), false);
  asked_ = answered_ = 0;
  mail_refused_ = false;
  body_begun_ = false;
  in_transaction_ = true;
  if (size_limit_ != 0 && transaction_.size > size_limit_) {
    settle_open(
        {552,
         "5.3.4",
         {"the message is larger than the " + std::to_string(size_limit_) + " octets this host takes"}});
    end_transaction(false);
    return;
  }
  std::string mail = "MAIL FROM:<" + transaction_.sender + ">";
  if (size_offered_) mail += " SIZE=" + std::to_string(transaction_.size);
  if (eight_bit_) mail += " BODY=8BITMIME";
  send(std::move(mail), Await::mail);
  if (pipelining_) send_envelope();
}

void Client::send_envelope() {
  while (asked_ < transaction_.recipients.size())
    send("RCPT TO:<" + transaction_.recipients[asked_++] + ">", Await::rcpt);
  send("DATA", Await::data);
}

/// Without PIPELINING: the command after the reply that just came.
void Client::send_next_command() {
  if (pipelining_) return;
  if (asked_ < transaction_.recipients.size()) {
    send("RCPT TO:<" + transaction_.recipients[asked_++] + ">", Await::rcpt);
  } else if (std::find(accepted_.begin(), accepted_.end(), true) != accepted_.end()) {
    send("DATA", Await::data);
  } else {
    end_transaction(true);
  }
}

void Client::end_transaction(bool reset) {
  in_transaction_ = false;
  if (reset && !closed_) send("RSET", Await::rset);
}

/// Every recipient that has no verdict of its own yet gets this one.
void Client::settle_open(const ServerReply& reply) {
  for (std::size_t i = 0; i < verdicts_.size(); ++i) {
    if (accepted_[i] || verdicts_[i].text.empty()) verdicts_[i] = to_verdict(reply);
  }
  std::fill(accepted_.begin(), accepted_.end(), false);
}

void Client::close_with(const ServerReply& reply) {
  // The server's state, not the recipient's: never a reason to give up.
  ServerReply soft = reply;
  soft.code = 421;
  if (!soft.enhanced.starts_with('4')) soft.enhanced = "4.3.2";
  soft.lines.insert(soft.lines.begin(), "host said " + std::to_string(reply.code));
  if (in_transaction_) settle_open(soft);
  if (!greeted_) verdicts_.assign(1, to_verdict(soft));
  in_transaction_ = in_body_ = false;
  closed_ = true;
  awaited_.clear();
  output_.clear();
}

void Client::lost(const std::string& why) {
  if (closed_) return;
  if (in_transaction_) {
    for (std::size_t i = 0; i < verdicts_.size(); ++i) {
      if (accepted_[i] || verdicts_[i].text.empty()) verdicts_[i] = {Fate::deferred, "4.4.2", why};
    }
  }
  if (!greeted_) verdicts_.assign(1, {Fate::deferred, "4.4.2", why});
  in_transaction_ = in_body_ = false;
  closed_ = true;
  awaited_.clear();
  output_.clear();
}

void Client::quit() {
  send("QUIT", Await::quit);
}

void Client::body_sent() {
  in_body_ = false;
  awaited_.push_back(Await::final_dot);
}

void Client::on_greeting(const ServerReply& reply, Await await) {
  const bool good = reply.code / 100 == 2;
  if (await == Await::banner && good) return send("EHLO " + hostname_, Await::ehlo);
  // A server that does not know EHLO (section 3.2) is spoken to in the old way.
  if (await == Await::ehlo && reply.code / 100 == 5) return send("HELO " + hostname_, Await::helo);
  if (!good) return close_with(reply);
  greeted_ = true;
  if (await == Await::helo) return;
  for (std::size_t i = 1; i < reply.lines.size(); ++i) {
    const auto word = base::upper(reply.lines[i].substr(0, reply.lines[i].find(' ')));
    pipelining_ = pipelining_ || word == "PIPELINING";
    eight_bit_ = eight_bit_ || word == "8BITMIME";
    if (word != "SIZE") continue;
    size_offered_ = true;
    size_limit_ = base::parse_number(base::trim(std::string_view(reply.lines[i]).substr(4))).value_or(0);
  }
}

void Client::on_mail(const ServerReply& reply) {
  if (reply.code / 100 == 2) return send_next_command();
  mail_refused_ = true;
  settle_open(reply);
  if (!pipelining_) end_transaction(false);
}

void Client::on_rcpt(const ServerReply& reply) {
  const auto i = answered_++;
  if (!mail_refused_) {
    auto verdict = to_verdict(reply);
    // 552 used to mean too many recipients (section 4.5.3.1.10); 251 says that it will be forwarded, 551 does
    // not.
    if (reply.code == 552) verdict.fate = Fate::deferred;
    accepted_[i] = verdict.fate == Fate::delivered;
    verdicts_[i] = std::move(verdict);
  }
  send_next_command();
}

void Client::on_data(const ServerReply& reply) {
  const bool any = std::find(accepted_.begin(), accepted_.end(), true) != accepted_.end();
  if (reply.code == 354 && any) {
    in_body_ = body_begun_ = true;
  } else if (reply.code == 354) {
    // Nobody will get it, but the server waits for a message now.
    output_ += ".\r\n";
    awaited_.push_back(Await::empty_dot);
  } else if (reply.code / 100 < 4) {
    // No such answer exists (section 4.3.2): what it thinks of the message is not known.
    lost("the host answered DATA with " + reply.text());
  } else {
    if (any) settle_open(reply);
    end_transaction(!mail_refused_);
  }
}

void Client::unasked() {
  lost("the host answered before it was asked");
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
      return on_greeting(reply, await);
    case Await::mail:
      return on_mail(reply);
    case Await::rcpt:
      return on_rcpt(reply);
    case Await::data:
      return on_data(reply);
    case Await::final_dot:
      settle_open(reply);
      return end_transaction(false);
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

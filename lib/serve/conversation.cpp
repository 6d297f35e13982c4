#include "serve/conversation.hpp"

#include <algorithm>
#include <utility>

#include "net/connect.hpp"
#include "proc/orphan.hpp"
#include "serve/clock.hpp"
#include "smtp/dot.hpp"
#include "smtp/routes.hpp"

namespace serve {

namespace {

constexpr int connect_timeout = 30'000;  // milliseconds, for each address
constexpr int goodbye_timeout = 5'000;
constexpr std::size_t chunk_size = 256 * 1024;  // octets behind one BDAT

net::TlsTerms::Trust trust_of(TlsLevel level) {
  return level == TlsLevel::dane     ? net::TlsTerms::Trust::dane
         : level == TlsLevel::verify ? net::TlsTerms::Trust::authorities
                                     : net::TlsTerms::Trust::anyone;
}

Attempt trouble(const NextHop& hop, const std::string& status, const std::string& reason) {
  return {Outcome::deferred, status, reason, smtp::to_string(smtp::Host{hop.name, hop.port})};
}

}  // namespace

Patience Patience::brief(std::uint64_t spread) const {
  auto out = *this;
  out.opening = std::min(opening, 7000 + 100 * static_cast<int>(spread % 51));
  return out;
}

Conversation::Conversation(fs::Fd socket, const NextHop& hop, const Terms& terms, smtp::ClientTerms client)
    : socket_(std::move(socket)),
      wire_(socket_.get(), socket_.get(), terms.timeout.opening),
      client_(std::move(client)),
      hop_(hop),
      terms_(terms) {}

Conversation::~Conversation() {
  if (client_.next() != smtp::Client::Next::ready) return;
  client_.quit();
  // Nothing depends on the answer any more.
  wire_.set_timeout(std::min(terms_.timeout.each, goodbye_timeout));
  exchange();
}

base::Result<smtp::ClientTerms> Conversation::client_terms(const NextHop& hop, const Terms& terms) {
  smtp::ClientTerms out;
  out.hostname = terms.hostname;
  out.lmtp = hop.protocol == Protocol::lmtp;
  out.tls = hop.tls == TlsLevel::none  ? smtp::ClientTerms::Tls::never
            : hop.tls == TlsLevel::may ? smtp::ClientTerms::Tls::may
                                       : smtp::ClientTerms::Tls::must;
  if (hop.login.empty()) return out;
  TRY_ASSIGN(out.login, terms.files.login(hop.login));
  TRY_ASSIGN(out.nonce, random_text());
  out.password_in_clear = hop.tls == TlsLevel::none;
  return out;
}

base::Result<net::TlsTerms> Conversation::tls_terms(const NextHop& hop, const RouteFiles& files) {
  net::TlsTerms out;
  out.trust = trust_of(hop.tls);
  out.server_name = hop.name;
  out.names = hop.certificate_names.empty() ? std::vector{hop.name} : hop.certificate_names;
  out.tlsa = hop.tlsa;
  TRY_ASSIGN(out.authorities, files.read(hop.authorities, false));
  TRY_ASSIGN(out.certificate, files.read(hop.certificate, true));
  return out;
}

base::Result<void> Conversation::begin_tls(int timeout) {
  TRY_ASSIGN(const auto wanted, tls_terms(hop_, terms_.files));
  // What came in clear behind the reply must not count as said under TLS.
  wire_.drop_pending();
  auto channel = terms_.tls.connect(socket_.get(), wanted, timeout);
  if (!channel) {
    tls_failure_ = terms_.tls.failure();
    tls_reason_ = channel.error().what;
    return channel.error();
  }
  channel_ = std::move(*channel);
  wire_.go_through(*channel_);
  return {};
}

void Conversation::say_how_tls_went(Opened& opened) const {
  opened.ends = net::ends_of(socket_.get());
  opened.tls_failure = tls_failure_;
  opened.tls_reason = tls_reason_;
  // It spoke, and there was no handshake.
  const bool spoke = !client_.verdicts().empty() ? client_.verdicts()[0].status == "4.7.4" : !closed();
  if (tls_failure_.empty() && !channel_ && spoke) opened.tls_failure = "starttls-not-supported";
}

Conversation::Opened Conversation::open_once(const NextHop& hop, const Terms& terms) {
  if (hop.tls == TlsLevel::dane && hop.tlsa.empty())
    return {nullptr, trouble(hop, "4.7.5", "no TLSA record is known"), "tlsa-invalid"};
  auto client = client_terms(hop, terms);
  if (!client) return {nullptr, trouble(hop, "4.3.5", client.error().what)};
  auto socket = net::connect_to(net::Endpoint{hop.name, hop.port, hop.addresses, hop.source},
                                std::min(terms.timeout.opening, connect_timeout));
  if (!socket) return {nullptr, trouble(hop, "4.4.1", socket.error().what)};
  auto& said = *client;
  std::unique_ptr<Conversation> out(new Conversation(std::move(*socket), hop, terms, {}));
  const proc::CutAtEnd until_open(out->socket_.get());
  Opened opened;
  if (hop.tls_at_once) {
    if (const auto begun = out->begin_tls(terms.timeout.opening); !begun) {
      opened.trouble = trouble(hop, "4.7.5", begun.error().what);
      out->say_how_tls_went(opened);
      return opened;
    }
    said.secured = true;
    said.verified = out->channel_->verified();
  }
  out->client_ = smtp::Client(std::move(said));
  out->converse(nullptr);
  out->say_how_tls_went(opened);
  if (!out->closed()) {
    opened.conversation = std::move(out);
    return opened;
  }
  const auto& verdict = out->client_.verdicts().at(0);
  // As long as a host does not talk, it is as good as not there.
  opened.trouble = trouble(hop, verdict.status.starts_with("4.7") ? verdict.status : "4.4.1", verdict.text);
  return opened;
}

Conversation::Opened Conversation::open(const NextHop& hop, const Terms& terms) {
  auto out = open_once(hop, terms);
  const bool handshake_failed = !out.tls_failure.empty() && out.trouble.status == "4.7.5";
  if (out.conversation || !handshake_failed || hop.tls != TlsLevel::may || hop.tls_at_once) return out;
  auto clear = hop;
  clear.tls = TlsLevel::none;
  // A password stays where somebody could read it unless that was asked for.
  if (!hop.login.empty()) return out;
  auto again = open_once(clear, terms);
  again.tls_failure = out.tls_failure;
  again.tls_reason = out.tls_reason;
  return again;
}

void Conversation::carry(smtp::Transaction transaction, const Outgoing& message) {
  ++transactions_;
  client_.begin(std::move(transaction));
  const proc::CutAtEnd until_content_is_sent(socket_.get());
  converse(&message);
}

bool Conversation::used_up() const {
  const auto most = client_.extensions().mail_max;
  return most != 0 && transactions_ >= most;
}

std::string Conversation::tls() const {
  if (!channel_) return {};
  return channel_->describe() + (channel_->verified() ? " verified" : "");
}

bool Conversation::read_reply() {
  const auto deadline = wire_.deadline();
  while (true) {
    const auto line = wire_.line(smtp::reply_line_limit, deadline, false);
    if (line.state == net::Line::State::timed_out) client_.lost("the host was silent too long");
    if (line.state == net::Line::State::too_long) client_.lost("the host sent a line without end");
    if (line.state == net::Line::State::closed || line.state == net::Line::State::failed)
      client_.lost("the host closed the connection");
    if (line.state != net::Line::State::ok) return false;
    switch (reader_.line(line.text)) {
      case smtp::ReplyReader::State::more:
        break;
      case smtp::ReplyReader::State::complete:
        return true;
      case smtp::ReplyReader::State::wrong:
        client_.lost("the host does not speak SMTP");
        return false;
    }
  }
}

base::Result<void> Conversation::send_message(const Outgoing& message) {
  smtp::DotWriter dots;
  base::Result<void> sent;
  // What the disk cannot give is this host's trouble; what the connection cannot take is the other's.
  TRY(message.each_chunk([&](std::string_view chunk) -> base::Result<void> {
    if (sent) sent = wire_.write(dots.update(chunk));
    return {};
  }));
  if (sent) sent = wire_.flush();
  if (has_answered()) {
    take_early_answer();
    return {};
  }
  if (sent) sent = wire_.write(dots.finish());
  if (sent) sent = wire_.flush();
  end_message(sent);
  return {};
}

void Conversation::end_message(const base::Result<void>& sent) {
  if (!sent) return client_.lost("the connection broke inside the message");
  client_.body_sent();
}

bool Conversation::has_answered() {
  wire_.set_timeout(0);
  const bool out = wire_.bytes().state == net::Line::State::ok;
  wire_.set_timeout(terms_.timeout.each);
  return out;
}

/// Before the message is whole it may be refused, not taken; what the host makes of the rest is not known.
void Conversation::take_early_answer() {
  if (!read_reply()) return;
  const auto reply = reader_.take();
  if (reply.code < 400 || hop_.protocol == Protocol::lmtp) return client_.unasked();
  client_.body_sent();
  client_.on(reply);
  client_.lost("the host answered inside the message");
}

/// Replies to the pieces wait until all are sent: they are few, and fit what the kernel holds.
base::Result<void> Conversation::send_chunks(const Outgoing& message) {
  smtp::DotWriter lines(smtp::DotWriter::Dots::plain);
  base::Result<void> sent;
  std::string piece;
  const auto send = [&](bool last) {
    if (sent) sent = wire_.write(client_.chunk(piece.size(), last) + piece);
    piece.clear();
  };
  TRY(message.each_chunk([&](std::string_view chunk) -> base::Result<void> {
    piece += lines.update(chunk);
    if (piece.size() >= chunk_size) send(false);
    return {};
  }));
  piece += lines.finish();
  send(true);
  if (sent) sent = wire_.flush();
  end_message(sent);
  return {};
}

void Conversation::exchange() {
  const auto commands = client_.output();
  if (!commands.empty() && !wire_.pending().empty()) return client_.unasked();
  // Where this fails the host may still have said why before it closed.
  if (wire_.write(commands)) (void)wire_.flush();
  if (read_reply()) client_.on(reader_.take());
}

/// Until the machine is ready for the next transaction, or closed.
void Conversation::converse(const Outgoing* message) {
  using Next = smtp::Client::Next;
  while (true) {
    switch (client_.next()) {
      case Next::ready:
      case Next::close:
        return;
      case Next::tls:
        if (const auto begun = begin_tls(terms_.timeout.each); !begun) {
          client_.lost(begun.error().what, "4.7.5");
        } else {
          client_.secured(channel_->verified());
        }
        break;
      case Next::body:
        // Whoever ended now would not know whether the host has it.
        proc::hold_end();
        if (const auto sent = client_.chunked() ? send_chunks(*message) : send_message(*message); !sent) {
          // Half a message must not be ended with a dot: the connection goes instead, and the host is as good
          // as before.
          client_.lost(sent.error().what, "4.3.0");
          break;
        }
        wire_.set_timeout(terms_.timeout.final);
        break;
      case Next::reply:
        exchange();
        // Each recipient of LMTP, each piece of BDAT has a reply of its own. And who has spoken is there.
        if (client_.next() != Next::reply || message == nullptr) wire_.set_timeout(terms_.timeout.each);
    }
  }
}

}  // namespace serve

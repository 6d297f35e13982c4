#include "serve/remote_delivery.hpp"

#include <algorithm>
#include <numeric>

#include "net/connect.hpp"
#include "smtp/dot.hpp"
#include "smtp/routes.hpp"

namespace serve {

namespace {

constexpr std::size_t recipients_at_once = 100;  // RFC 5321 section 4.5.3.1.8: every server takes as many
constexpr std::size_t hosts_at_once = 5;         // RFC 5321 section 5.1: at least two
constexpr int connect_timeout = 30'000;          // milliseconds, for each address
constexpr int final_timeout = 600'000;
constexpr int goodbye_timeout = 5'000;

Attempt to_attempt(const smtp::Verdict& verdict, const std::string& host) {
  const auto outcome = verdict.fate == smtp::Fate::delivered ? Outcome::delivered
                       : verdict.fate == smtp::Fate::failed  ? Outcome::failed
                                                             : Outcome::deferred;
  return {outcome, verdict.status, verdict.text, host};
}

Attempt not_found(const base::Error& error) {
  switch (error.code) {
    case base::Exit::no_host:
      return {Outcome::failed, "5.1.2", error.what, {}};
    case base::Exit::unavailable:
      return {Outcome::failed, "5.1.10", error.what, {}};
    case base::Exit::protocol:
      return {Outcome::failed, "5.4.6", error.what, {}};
    default:
      return {Outcome::deferred, "4.4.3", error.what, {}};
  }
}

/// What one connection may be used for: the same host under the same conditions.
std::string key_of(const NextHop& hop) {
  std::string out = hop.name;
  for (const auto& part : {std::to_string(hop.port), std::to_string(static_cast<int>(hop.protocol)),
                           std::to_string(static_cast<int>(hop.tls)), std::to_string(hop.tls_at_once ? 1 : 0),
                           hop.source, hop.login, hop.certificate, hop.authorities})
    out += " " + part;
  for (const auto* list : {&hop.certificate_names, &hop.tlsa}) {
    for (const auto& one : *list) out += "," + one;
    out += ";";
  }
  return out;
}

/// With CRLF line ends.
base::Result<std::uint64_t> wire_size(const spool::Message& message) {
  std::uint64_t size = 0;
  TRY(spool::Queue::each_chunk(message, [&](std::string_view chunk) -> base::Result<void> {
    size += chunk.size() + static_cast<std::uint64_t>(std::count(chunk.begin(), chunk.end(), '\n'));
    return {};
  }));
  return size;
}

}  // namespace

RemoteHosts::~RemoteHosts() {
  for (auto& [key, connection] : open_) {
    if (connection->client.next() != smtp::Client::Next::ready) continue;
    connection->client.quit();
    // Nothing depends on the answer any more.
    connection->wire.set_timeout(std::min(timeout_, goodbye_timeout));
    converse(*connection, nullptr);
  }
}

bool RemoteHosts::read_reply(Connection& connection) {
  const auto deadline = connection.wire.deadline();
  while (true) {
    const auto line = connection.wire.line(smtp::reply_line_limit, deadline);
    if (line.state == net::Line::State::timed_out) connection.client.lost("the host was silent too long");
    if (line.state == net::Line::State::too_long) connection.client.lost("the host sent a line without end");
    if (line.state == net::Line::State::closed || line.state == net::Line::State::failed) {
      connection.client.lost("the host closed the connection");
    }
    if (line.state != net::Line::State::ok) return false;
    switch (connection.reader.line(line.text)) {
      case smtp::ReplyReader::State::more:
        break;
      case smtp::ReplyReader::State::complete:
        return true;
      case smtp::ReplyReader::State::wrong:
        connection.client.lost("the host does not speak SMTP");
        return false;
    }
  }
}

base::Result<void> RemoteHosts::send_message(Connection& connection, const spool::Message& message) {
  smtp::DotWriter dots;
  base::Result<void> sent;
  // What the disk cannot give is this host's trouble; what the connection cannot take is the other's.
  TRY(spool::Queue::each_chunk(message, [&](std::string_view chunk) -> base::Result<void> {
    if (sent) sent = connection.wire.write(dots.update(chunk));
    return {};
  }));
  // A reply that is here already cannot be about the whole message.
  if (!connection.wire.pending().empty()) {
    connection.client.unasked();
    return {};
  }
  if (sent) sent = connection.wire.write(dots.finish());
  if (sent) sent = connection.wire.flush();
  if (!sent) {
    connection.client.lost("the connection broke inside the message");
  } else {
    connection.client.body_sent();
  }
  return {};
}

void RemoteHosts::exchange(Connection& connection) {
  const auto commands = connection.client.output();
  if (!commands.empty() && !connection.wire.pending().empty()) return connection.client.unasked();
  // Where this fails the host may still have said why before it closed.
  if (connection.wire.write(commands)) (void)connection.wire.flush();
  if (read_reply(connection)) connection.client.on(connection.reader.take());
}

/// Until the machine is ready for the next transaction, or closed.
void RemoteHosts::converse(Connection& connection, const spool::Message* message) {
  using Next = smtp::Client::Next;
  while (true) {
    switch (connection.client.next()) {
      case Next::ready:
      case Next::close:
        return;
      case Next::body:
        if (const auto sent = send_message(connection, *message); !sent) {
          // Half a message must not be ended with a dot: the connection goes instead.
          connection.client.lost(sent.error().what);
          break;
        }
        connection.wire.set_timeout(std::max(timeout_, final_timeout));
        break;
      case Next::reply:
        exchange(connection);
        connection.wire.set_timeout(timeout_);
    }
  }
}

base::Result<RemoteHosts::Connection*> RemoteHosts::connect(const NextHop& hop) {
  const auto key = key_of(hop);
  if (const auto known = open_.find(key); known != open_.end()) return known->second.get();
  TRY_ASSIGN(auto socket, net::connect_to(hop.name, hop.port, std::min(timeout_, connect_timeout)));
  auto connection = std::make_unique<Connection>(std::move(socket), hostname_, timeout_);
  converse(*connection, nullptr);
  if (connection->client.next() == smtp::Client::Next::close) {
    return base::fail(base::Exit::temporary, connection->client.verdicts().at(0).text);
  }
  return open_.emplace(key, std::move(connection)).first->second.get();
}

base::Result<std::vector<NextHop>> RemoteHosts::find(const Destination& destination) {
  if (destination.kind == Destination::Kind::route) return routes_.find(destination.name);
  if (domains_ == nullptr) return base::fail(base::Exit::no_host, "no route to " + destination.name);
  return domains_->find(destination.name);
}

RemoteHosts::Tries RemoteHosts::deliver_to(const NextHop& hop, const Letter& letter) {
  const auto key = key_of(hop);
  const auto name = smtp::to_string(smtp::Host{hop.name, hop.port});
  const auto& recipients = letter.recipients;
  Tries out;
  while (out.size() < recipients.size()) {
    const bool fresh = !open_.contains(key);
    if (const auto dead = dead_.find(key); dead != dead_.end()) {
      out.resize(recipients.size(), {dead->second, true});
      break;
    }
    auto connected = connect(hop);
    if (!connected) {
      dead_[key] = {Outcome::deferred, "4.4.1", connected.error().what, name};
      continue;
    }
    auto& connection = **connected;
    const auto first = recipients.begin() + static_cast<std::ptrdiff_t>(out.size());
    const auto count = std::min(recipients_at_once, recipients.size() - out.size());
    connection.client.begin(
        {letter.message.envelope.sender, {first, first + static_cast<std::ptrdiff_t>(count)}, letter.size});
    converse(connection, &letter.message);
    const auto verdicts = connection.client.verdicts();
    const bool closed = connection.client.next() == smtp::Client::Next::close;
    const bool begun = connection.client.body_begun();
    const bool broken =
        closed && std::all_of(verdicts.begin(), verdicts.end(),
                              [](const smtp::Verdict& verdict) { return verdict.status == "4.4.2"; });
    if (closed) open_.erase(key);
    // An idle connection that the host closed meanwhile, with or without its 421, is no failure: once more on
    // a new one.
    if (closed && !fresh && !begun) continue;
    if (broken) dead_[key] = {Outcome::deferred, "4.4.2", verdicts.at(0).text, name};
    for (const auto& verdict : verdicts)
      out.push_back({to_attempt(verdict, name), verdict.fate == smtp::Fate::deferred && !begun});
  }
  return out;
}

base::Result<std::vector<Attempt>> RemoteHosts::deliver(const Destination& destination,
                                                        const spool::Message& message,
                                                        const std::vector<std::string>& recipients) {
  TRY_ASSIGN(const auto size, wire_size(message));
  const auto hops = find(destination);
  if (!hops) return std::vector<Attempt>(recipients.size(), not_found(hops.error()));
  std::vector<Attempt> out(recipients.size(), {Outcome::deferred, "4.4.4", "no host is known for it", {}});
  std::vector<std::size_t> open(recipients.size());
  std::iota(open.begin(), open.end(), 0);
  std::size_t asked = 0;
  for (const auto& hop : *hops) {
    const bool dead = dead_.contains(key_of(hop));
    // What a host has said about a recipient says more than that another is still dead.
    if (open.empty() || asked == hosts_at_once || (dead && asked > 0)) continue;
    asked += dead ? 0 : 1;
    Letter letter{message, size, {}};
    for (const auto place : open) letter.recipients.push_back(recipients[place]);
    const auto tries = deliver_to(hop, letter);
    std::vector<std::size_t> still;
    for (std::size_t i = 0; i < tries.size(); ++i) {
      out[open[i]] = tries[i].attempt;
      if (tries[i].elsewhere) still.push_back(open[i]);
    }
    open = std::move(still);
  }
  return out;
}

}  // namespace serve

#include "serve/remote_agent.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>

#include "base/ascii.hpp"
#include "fs/packet.hpp"
#include "proc/child.hpp"
#include "proc/confine.hpp"
#include "proc/log.hpp"
#include "proc/orphan.hpp"

namespace serve {

namespace {

// Both ways: the length in ten digits, then fields that end with NUL.
constexpr std::size_t length_width = 10;
constexpr std::size_t text_limit = 64 << 20;  // octets; recipients are at most 1 MiB, reasons are cut
constexpr std::size_t reason_limit = 1000;    // octets
constexpr std::size_t answer_fields = 7;      // for each recipient
constexpr unsigned goodbye = 30;              // seconds

// What the resolver reads, and whom TLS trusts.
const std::vector<std::string> resolver_files = {"/etc/resolv.conf",
                                                 "/etc/hosts",
                                                 "/etc/host.conf",
                                                 "/etc/nsswitch.conf",
                                                 "/etc/gai.conf",
                                                 "/etc/services",
                                                 "/etc/protocols",
                                                 "/etc/networks",
                                                 "/etc/ld.so.cache",
                                                 "/etc/localtime",
                                                 "/run/systemd/resolve",
                                                 "/lib",
                                                 "/lib64",
                                                 "/usr/lib",
                                                 "/usr/share/zoneinfo",
                                                 "/usr/share/dns",
                                                 "/etc/ssl/certs",
                                                 "/etc/ssl/openssl.cnf",
                                                 "/usr/share/ca-certificates"};

void add(std::string& text, std::string_view field) {
  text += field;
  text += '\0';
}

std::string framed(const std::string& text) {
  std::string length = std::to_string(text.size());
  return std::string(length_width - length.size(), '0') + length + text;
}

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

/// Until one of them can be read. False: it is over.
bool wait_until(int socket, const Deadline& deadline, int other = -1) {
  if (!deadline) return true;
  using std::chrono::milliseconds;
  pollfd waiting[] = {{socket, POLLIN, 0}, {other, POLLIN, 0}};
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(*deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    // A time too long for poll(2) is waited for in pieces.
    const int ready = poll(waiting, 2, static_cast<int>(std::min<std::int64_t>(left, 1 << 30)));
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
  }
}

bool read_exactly(int socket, std::string& into, std::size_t length, const Deadline& deadline) {
  into.resize(length);
  for (std::size_t have = 0; have < length;) {
    if (!wait_until(socket, deadline)) return false;
    const ssize_t got = read(socket, into.data() + have, length - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    have += static_cast<std::size_t>(got);
  }
  return true;
}

bool read_frame(int socket, std::string& text, const Deadline& deadline = {}) {
  std::string head;
  if (!read_exactly(socket, head, length_width, deadline)) return false;
  const auto length = base::parse_number(head, text_limit);
  return length && read_exactly(socket, text, *length, deadline);
}

char letter(Outcome outcome) {
  return outcome == Outcome::delivered ? 'd' : outcome == Outcome::failed ? 'f' : 'l';
}

struct Request {
  Destination destination;
  spool::Message message;
  std::vector<spool::Recipient> recipients;
};

/// Kind and name of the destination, sender, when it came, where the message begins and how long it is,
/// parameters of MAIL; the number of files, path and content of each; address and parameters of each
/// recipient.
bool read_request(const std::vector<std::string>& fields, Request& out, RemoteHosts& hosts) {
  if (fields.size() < 10) return false;
  out.destination = {fields[0] == "r" ? Destination::Kind::route : Destination::Kind::domain, fields[1]};
  auto& envelope = out.message.envelope;
  envelope.sender = fields[2];
  envelope.received = base::parse_number(fields[3]).value_or(0);
  envelope.body_offset = base::parse_number(fields[4]).value_or(0);
  envelope.length = base::parse_number(fields[5]);
  envelope.parameters = fields[6];
  const auto files = base::parse_number(fields[7], 3).value_or(0);
  std::size_t at = 8;
  for (auto i = files; i > 0 && at + 1 < fields.size(); --i, at += 2) hosts.know(fields[at], fields[at + 1]);
  for (; at + 1 < fields.size(); at += 2)
    out.recipients.push_back({fields[at], spool::Status::todo, fields[at + 1]});
  return !out.recipients.empty();
}

/// In the child, until the socket is closed.
void serve_requests(int socket, RemoteHosts& hosts) {
  while (true) {
    Request request;
    // With an octet of its own, which goes before each frame.
    auto file = fs::receive_descriptor(socket);
    std::string text;
    if (!file || !*file || !read_frame(socket, text)) return;
    request.message.file = std::move(**file);
    if (!read_request(fs::split_fields(text), request, hosts)) return;
    const auto attempts = hosts.deliver(request.destination, request.message, request.recipients);
    std::string answer;
    if (!attempts) add(answer, attempts.error().what);
    for (std::size_t i = 0; attempts && i < attempts->size(); ++i) {
      const auto& attempt = (*attempts)[i];
      add(answer, std::string(1, letter(attempt.outcome)));
      add(answer, attempt.status);
      add(answer, attempt.reason.substr(0, reason_limit));
      add(answer, attempt.host);
      add(answer, attempt.tls);
      add(answer, attempt.notify_passed_on ? "y" : "n");
      add(answer, attempt.time_passed_on ? "y" : "n");
    }
    if (!fs::write_all(socket, framed(answer))) return;
  }
}

/// The files of a route, as who does the work may not read them.
base::Result<void> add_files(const Destination& destination, std::string& text) {
  NextHop hop;
  if (destination.kind == Destination::Kind::route) {
    TRY_ASSIGN(const auto route, smtp::parse_route(destination.name));
    hop = to_next_hop(route);
  }
  const auto paths = files_of(hop);
  add(text, std::to_string(paths.size()));
  for (const auto& path : paths) {
    TRY_ASSIGN(const auto content, RouteFiles().read(path, path != hop.authorities));
    if (content.find('\0') != std::string::npos)
      return base::fail(base::Exit::configuration, path + ": a NUL in it");
    add(text, path);
    add(text, content);
  }
  return {};
}

/// What it says is worth as much as what the other host says: printable text, and no more than was asked for.
base::Result<std::vector<Attempt>> read_answer(const std::string& text, std::size_t wanted) {
  const auto fields = fs::split_fields(text);
  if (fields.size() == 1) return base::fail(base::Exit::temporary, base::printable(fields[0], reason_limit));
  if (fields.size() != answer_fields * wanted)
    return base::fail(base::Exit::protocol, "the sending process answers nonsense");
  std::vector<Attempt> out;
  for (std::size_t i = 0; i < fields.size(); i += answer_fields) {
    const auto outcome = fields[i] == "d"   ? Outcome::delivered
                         : fields[i] == "f" ? Outcome::failed
                                            : Outcome::deferred;
    out.push_back({outcome, base::printable(fields[i + 1], 20), base::printable(fields[i + 2], reason_limit),
                   base::printable(fields[i + 3], 300), fields[i + 5] == "y",
                   base::printable(fields[i + 4], 100), fields[i + 6] == "y"});
  }
  return out;
}

}  // namespace

RemoteAgent::RemoteAgent(std::string hostname, Patience timeout, std::optional<proc::Identity> identity,
                         Exchangers* domains)
    : hostname_(std::move(hostname)), timeout_(timeout), identity_(identity), domains_(domains) {
  if (identity_) return;
  if (domains_ != nullptr) domains_->prepare();
  here_ = std::make_unique<RemoteHosts>(hostname_, timeout_, domains_);
}

RemoteAgent::~RemoteAgent() {
  socket_.reset();
  if (pid_ > 0) (void)proc::wait(pid_, goodbye);
}

base::Result<void> RemoteAgent::start() {
  TRY_ASSIGN(auto sockets, fs::stream_sockets());
  auto& [ours, theirs] = sockets;
  std::vector<int> kept = {theirs.get()};
  std::map<std::string, std::string> known;
  if (domains_ != nullptr) {
    domains_->prepare();
    for (const int one : domains_->descriptors()) kept.push_back(one);
    for (const auto& path : domains_->files()) {
      // One that cannot be read is missed where a host is to be verified, and that is said there.
      if (auto content = RouteFiles().read(path, false)) known[path] = std::move(*content);
    }
  }
  TRY_ASSIGN(end_, proc::watch_end());
  const pid_t master = getpid();
  pid_ = fork();
  if (pid_ < 0) return base::system_error("fork");
  if (pid_ == 0) {
    proc::keep_only(kept);
    const auto became = proc::become(identity_);
    proc::end_with(master);
    const auto confined = became ? proc::confine({proc::Role::caller, resolver_files}) : became;
    if (!confined) proc::log("-", "trouble", {{"reason", confined.error().what}});
    if (confined) {
      RemoteHosts hosts(hostname_, timeout_, domains_);
      for (auto& [path, content] : known) hosts.know(path, std::move(content));
      serve_requests(theirs.get(), hosts);
    }
    _exit(0);
  }
  socket_ = std::move(ours);
  return {};
}

/// More than any host needs that takes an octet in a millisecond and is slow a hundred times.
std::chrono::milliseconds RemoteAgent::time_for(const spool::Message& message) const {
  constexpr std::int64_t waits = 100;
  return std::chrono::milliseconds(waits * timeout_.each + timeout_.final +
                                   static_cast<std::int64_t>(message.envelope.length.value_or(0)));
}

base::Result<std::vector<Attempt>> RemoteAgent::ask(const Destination& destination,
                                                    const spool::Message& message,
                                                    const std::vector<spool::Recipient>& recipients) {
  if (!socket_) TRY(start());
  // To be read, not to be written.
  TRY_ASSIGN(const auto file, fs::open("/proc/self/fd/" + std::to_string(message.file.get()), O_RDONLY));
  std::string text;
  add(text, destination.kind == Destination::Kind::route ? "r" : "d");
  add(text, destination.name);
  add(text, message.envelope.sender);
  add(text, std::to_string(message.envelope.received));
  add(text, std::to_string(message.envelope.body_offset));
  add(text, std::to_string(message.envelope.length.value_or(0)));
  add(text, message.envelope.parameters);
  if (const auto added = add_files(destination, text); !added)
    return std::vector<Attempt>(recipients.size(), {Outcome::deferred, "4.3.5", added.error().what, {}});
  for (const auto& recipient : recipients) {
    add(text, recipient.address);
    add(text, recipient.parameters);
  }
  const timeval patience = {goodbye, 0};
  (void)setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  TRY(fs::send_packet(socket_.get(), "m", file.get()));
  TRY(fs::write_all(socket_.get(), framed(text)));
  const auto deadline = std::chrono::steady_clock::now() + time_for(message);
  // It alone knows whether content has been sent.
  (void)wait_until(socket_.get(), deadline, end_.get());
  if (proc::is_end_due()) proc::end_early(pid_);
  if (!read_frame(socket_.get(), text, deadline))
    return base::fail(base::Exit::temporary, "the sending process has died, or hangs");
  return read_answer(text, recipients.size());
}

base::Result<std::vector<Attempt>> RemoteAgent::deliver(const Destination& destination,
                                                        const spool::Message& message,
                                                        const std::vector<spool::Recipient>& recipients) {
  if (here_) return here_->deliver(destination, message, recipients);
  auto attempts = ask(destination, message, recipients);
  if (attempts || attempts.error().code == base::Exit::protocol) return attempts;
  // What it did until it died is not known: later, and to a new one.
  socket_.reset();
  if (pid_ > 0) kill(pid_, SIGKILL);
  if (pid_ > 0) (void)proc::wait(std::exchange(pid_, 0), goodbye);
  // With it, where it was sent away: the message is as it was.
  const proc::MayEnd now;
  return attempts;
}

}  // namespace serve

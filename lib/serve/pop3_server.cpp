#include "serve/pop3_server.hpp"

#include <unistd.h>

#include <optional>

#include "fs/lock.hpp"
#include "maildir/scan.hpp"
#include "pop3/multiline.hpp"
#include "pop3/server.hpp"
#include "proc/log.hpp"

namespace serve {

namespace {

constexpr std::size_t line_limit = 512;  // RFC 2449 section 4 allows commands of 255 octets
constexpr std::size_t before_login_limit = sasl::line_limit;  // clients put whole tokens behind AUTH
constexpr std::size_t chunk_size = 64 * 1024;

/// The next command, or nothing when the client is gone. A line over the limit is an unknown command.
std::optional<pop3::Command> next_command(net::Wire& wire, net::Wire::Clock::time_point until) {
  const auto line = wire.line(line_limit, until);
  if (line.state == net::Line::State::too_long) return pop3::parse_command("");
  if (line.state != net::Line::State::ok) return std::nullopt;
  return pop3::parse_command(line.text);
}

template <class Use>
base::Result<void> each_chunk(int file, Use use) {
  std::string chunk(chunk_size, '\0');
  while (true) {
    const ssize_t got = read(file, chunk.data(), chunk.size());
    if (got < 0) return base::system_error("read a message");
    if (got == 0) return {};
    TRY_ASSIGN(const bool more, use(std::string_view(chunk).substr(0, static_cast<std::size_t>(got))));
    if (!more) return {};
  }
}

void log_unreadable(const base::Error& error) {
  proc::log("-", "not-readable", {{"reason", error.what}});
}

/// The Maildir as it was at login, but for what cannot be read.
class Snapshot : public pop3::Maildrop {
 public:
  static base::Result<Snapshot> take(const std::string& maildir) {
    Snapshot out;
    TRY_ASSIGN(const auto items, maildir::scan(maildir));
    for (const auto& item : items) {
      const auto size = wire_size(maildir, item);
      if (!size) {
        // The other messages can be had; one that is gone is no loss.
        if (size.error().code != base::Exit::no_input) log_unreadable(size.error());
        continue;
      }
      out.items_.push_back(item);
      out.sizes_.push_back(*size);
    }
    return out;
  }

  std::size_t count() const override { return items_.size(); }
  std::uint64_t size(std::size_t i) const override { return sizes_[i]; }
  std::string uid(std::size_t i) const override { return maildir::unique_id(items_[i].base); }
  const maildir::Item& item(std::size_t i) const { return items_[i]; }

 private:
  /// Octets with CRLF line ends, from the name where that says it: every LF that no CR precedes counts twice.
  static base::Result<std::uint64_t> wire_size(const std::string& maildir, const maildir::Item& item) {
    if (const auto known = maildir::wire_size_in(item.base)) return *known;
    TRY_ASSIGN(const auto file, maildir::open(maildir, item));
    std::uint64_t size = 0;
    char before = '\0';
    TRY(each_chunk(file.get(), [&](std::string_view chunk) -> base::Result<bool> {
      size += chunk.size();
      for (const char c : chunk) {
        size += c == '\n' && before != '\r' ? 1 : 0;
        before = c;
      }
      return true;
    }));
    return size;
  }

  std::vector<maildir::Item> items_;
  std::vector<std::uint64_t> sizes_;
};

/// One that cannot be opened gets -ERR, and the session goes on.
base::Result<void> send_message(net::Wire& wire, const std::string& maildir, const maildir::Item& item,
                                const pop3::Server& server, const pop3::Step& step) {
  const auto file = maildir::open(maildir, item);
  if (!file && file.error().code == base::Exit::no_input) return wire.write(server.message_gone().reply);
  if (!file) {
    log_unreadable(file.error());
    return wire.write(server.message_unreadable().reply);
  }
  TRY(wire.write(step.reply));
  pop3::Multiline lines(step.top_lines);
  TRY(each_chunk(file->get(), [&](std::string_view chunk) -> base::Result<bool> {
    std::string out;
    lines.update(chunk, out);
    TRY(wire.write(out));
    return !lines.satisfied();
  }));
  std::string end;
  lines.finish(end);
  return wire.write(end);
}

const char* name_of(const base::Result<sasl::Answer>& answer) {
  if (!answer || answer->verdict == Verdict::temporary) return "not-checked";
  if (answer->verdict == Verdict::blocked) return "blocked";
  return answer->verdict == Verdict::granted ? "granted" : "refused";
}

/// Has the step's question answered. True: the user has logged in, and the session is elsewhere.
base::Result<bool> ask(net::Wire& wire, const Gate& gate, pop3::Server& server, pop3::Step& step) {
  TRY(wire.flush());
  auto question = std::move(step.question);
  const auto answer = gate.ask(question, question.logs_in() ? wire.pending() : std::string_view());
  question.wipe();
  const bool granted = answer && answer->verdict == Verdict::granted;
  if (!granted || question.logs_in())
    proc::log("-", "login", {{"user", question.name}, {"verdict", name_of(answer)}});
  if (granted && question.logs_in()) return true;
  step = answer ? server.on_answer(*answer) : server.auth_unavailable();
  if (answer) return false;
  // Nobody is left who could be asked again.
  TRY(wire.write(step.reply));
  TRY(wire.flush());
  return answer.error();
}

bool remove_all(const std::string& maildir, const Snapshot& snapshot,
                const std::vector<std::size_t>& deleted) {
  bool removed = true;
  for (const auto index : deleted) {
    const auto done = maildir::remove(maildir, snapshot.item(index));
    if (!done) proc::log("-", "not-removed", {{"reason", done.error().what}});
    removed = removed && done.has_value();
  }
  proc::log("-", "pop3-end", {{"deleted", std::to_string(deleted.size())}});
  return removed;
}

}  // namespace

base::Result<int> pop3_before_login(net::Wire& wire, const Gate& gate, const Entrance& entrance) {
  TRY_ASSIGN(auto nonce, login_nonce());
  pop3::Server server(false, entrance.terms, std::move(nonce), entrance.tls.has_value());
  TRY(wire.write(server.greeting().reply));
  // One time for all of it: who does not log in does not stay.
  const auto until = wire.deadline();
  bool response = false;
  while (true) {
    const auto line = wire.line(response ? sasl::line_limit : before_login_limit, until);
    if (line.state != net::Line::State::ok && line.state != net::Line::State::too_long) break;
    const bool whole = line.state == net::Line::State::ok;
    const std::string_view text = whole ? line.text : std::string_view();
    pop3::Step step = !response ? server.on(pop3::parse_command(text))
                      : whole   ? server.on_response(text)
                                : server.on_response("too long");
    while (step.next == pop3::Next::authenticate) {
      TRY_ASSIGN(const bool granted, ask(wire, gate, server, step));
      if (granted) return 0;
    }
    TRY(wire.write(step.reply));
    if (step.next == pop3::Next::start_tls) {
      TRY_ASSIGN(auto terms, begin_tls(wire, entrance, gate, until));
      server.offer(std::move(terms));
    }
    response = step.next == pop3::Next::response;
    const bool ends = step.next == pop3::Next::close || step.next == pop3::Next::commit_and_close;
    if (ends || net::Wire::Clock::now() > until) break;
  }
  (void)wire.flush();
  return 0;
}

base::Result<int> pop3_session(net::Wire& wire, const std::string& maildir) {
  pop3::Server server(true);
  const auto lock = fs::try_lock(maildir + "/tubepost-pop3-lock", "another POP3 session has it");
  if (!lock) {
    TRY(wire.write(server.locked().reply));
    TRY(wire.flush());
    return static_cast<int>(lock.error().code);
  }
  TRY_ASSIGN(const auto snapshot, Snapshot::take(maildir));
  TRY(wire.write(server.authenticated(snapshot).reply));
  while (const auto command = next_command(wire, wire.deadline())) {
    const pop3::Step step = server.on(*command);
    if (step.next == pop3::Next::send_message) {
      TRY(send_message(wire, maildir, snapshot.item(step.index), server, step));
      continue;
    }
    TRY(wire.write(step.reply));
    if (step.next == pop3::Next::commit_and_close) {
      TRY(wire.write(server.committed(remove_all(maildir, snapshot, server.deleted())).reply));
    }
    if (step.next == pop3::Next::close || step.next == pop3::Next::commit_and_close) break;
  }
  TRY(wire.flush());
  return 0;
}

}  // namespace serve

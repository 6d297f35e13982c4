#include "serve/pop3_server.hpp"

#include <malloc.h>
#include <sys/stat.h>
#include <time.h>

#include <optional>
#include <utility>

#include "fs/lock.hpp"
#include "maildir/wire_text.hpp"
#include "pop3/multiline.hpp"
#include "pop3/server.hpp"
#include "proc/log.hpp"
#include "serve/pop3_maildrop.hpp"

namespace serve {

namespace {

constexpr int quiet_after = 100;                  // milliseconds; then memory is given back
constexpr std::size_t line_limit = 512;           // RFC 2449 section 4 allows commands of 255 octets
constexpr std::size_t capabilities_limit = 4096;  // octets that say how to log in
constexpr std::size_t before_login_limit = sasl::line_limit;  // clients put whole tokens behind AUTH

/// The next command, or nothing when the client is gone. A line over the limit is an unknown command.
std::optional<pop3::Command> next_command(net::Wire& wire, Pop3Maildrop& maildrop) {
  // Most clients say nothing for most of the time.
  if (wire.is_quiet(quiet_after)) {
    wire.rest();
    maildrop.rest();
    malloc_trim(0);
  }
  const auto line = wire.line(line_limit, wire.deadline());
  if (line.state == net::Line::State::too_long) return pop3::parse_command("");
  if (line.state != net::Line::State::ok) return std::nullopt;
  return pop3::parse_command(line.text);
}

/// One that cannot be opened gets -ERR, and the session goes on.
base::Result<void> send_message(net::Wire& wire, Pop3Maildrop& maildrop, const pop3::Server& server,
                                const pop3::Step& step) {
  const auto file = maildrop.open(step.index);
  if (!file && file.error().code == base::Exit::no_input) return wire.write(server.message_gone().reply);
  if (!file) {
    proc::log("-", "not-readable", {{"reason", file.error().what}});
    return wire.write(server.message_unreadable().reply);
  }
  TRY(wire.write(step.reply));
  pop3::Multiline lines(step.top_lines);
  std::string out;
  TRY(maildir::each_chunk(file->get(), [&](std::string_view chunk) -> base::Result<bool> {
    out.clear();
    lines.update(chunk, out);
    TRY(wire.write(out));
    return !lines.satisfied();
  }));
  std::string end;
  lines.finish(end);
  return wire.write(end);
}

/// Has the step's question answered. True: the user has logged in, and the session is elsewhere.
base::Result<bool> ask(net::Wire& wire, const Gate& gate, pop3::Server& server, pop3::Step& step) {
  TRY(wire.flush());
  auto question = std::move(step.question);
  const auto handed_on = server.login_capabilities() + "\r\n" + std::string(wire.pending());
  const auto answer = gate.ask(question, question.logs_in() ? handed_on : std::string());
  question.wipe();
  const auto verdict = answer ? answer->verdict : Verdict::temporary;
  const bool granted = verdict == Verdict::granted;
  if (!granted || question.logs_in())
    log_login(granted ? answer->text : std::string(), question.name, verdict, gate.peer());
  if (granted && question.logs_in()) return true;
  step = answer ? server.on_answer(*answer) : server.auth_unavailable();
  if (answer) return false;
  // Nobody is left who could be asked again.
  TRY(wire.write(step.reply));
  TRY(wire.flush());
  return answer.error();
}

/// When the user logged in last is when the lock was last touched.
base::Result<bool> comes_too_soon(int lock, std::uint32_t delay) {
  struct stat info = {};
  if (fstat(lock, &info) != 0) return base::system_error("the lock of the mailbox");
  const auto now = static_cast<std::uint64_t>(time(nullptr));
  if (info.st_size != 0 && now < static_cast<std::uint64_t>(info.st_mtime) + delay) return true;
  TRY(fs::write_all_at(lock, "\n", 0));
  return false;
}

base::Result<int> turn_away(net::Wire& wire, const pop3::Step& step) {
  TRY(wire.write(step.reply));
  TRY(wire.flush());
  return static_cast<int>(base::Exit::temporary);
}

/// What ask() has handed on stands before what the client says.
base::Result<std::string> take_login_capabilities(net::Wire& wire) {
  std::string out;
  while (true) {
    const auto line = wire.line(line_limit);
    if (line.state != net::Line::State::ok)
      return base::fail(base::Exit::protocol, "no login came before the session");
    if (line.text.empty()) return out;
    out.append(line.text).append("\r\n");
    if (out.size() > capabilities_limit)
      return base::fail(base::Exit::protocol, "what came before the session has no end");
  }
}

base::Result<void> converse(net::Wire& wire, Pop3Maildrop& maildrop, pop3::Server& server) {
  TRY(wire.write(server.authenticated(maildrop).reply));
  while (const auto command = next_command(wire, maildrop)) {
    const pop3::Step step = server.on(*command);
    if (step.next == pop3::Next::send_message) {
      TRY(send_message(wire, maildrop, server, step));
      continue;
    }
    TRY(wire.write(step.reply));
    if (step.next == pop3::Next::commit_and_close)
      TRY(wire.write(server.committed(maildrop.remove(server.deleted())).reply));
    if (step.next == pop3::Next::close || step.next == pop3::Next::commit_and_close) break;
  }
  return {};
}

}  // namespace

base::Result<int> pop3_before_login(net::Wire& wire, const Gate& gate, const Entrance& entrance) {
  TRY_ASSIGN(auto nonce, login_nonce());
  pop3::Server server(false, entrance.terms, std::move(nonce), entrance.tls.has_value(),
                      {entrance.timestamp, entrance.login_delay});
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
      auto terms = begin_tls(wire, entrance, gate, until);
      // Whoever else waits for the handshake says that there was none.
      if (!terms && terms.error().code == base::Exit::protocol) return static_cast<int>(base::Exit::protocol);
      TRY(terms);
      server.offer(std::move(*terms));
    }
    response = step.next == pop3::Next::response;
    const bool ends = step.next == pop3::Next::close || step.next == pop3::Next::commit_and_close;
    if (ends || net::Wire::Clock::now() > until) break;
  }
  (void)wire.flush();
  return 0;
}

base::Result<int> pop3_session(net::Wire& wire, const std::string& maildir, std::uint32_t login_delay) {
  TRY_ASSIGN(auto capabilities, take_login_capabilities(wire));
  pop3::Server server(true, {}, {}, false, {{}, login_delay, std::move(capabilities)});
  auto lock = fs::try_lock(maildir + "/tubepost-pop3-lock", "another POP3 session has it");
  if (!lock && lock.error().code != base::Exit::temporary) return lock.error();
  if (!lock) return turn_away(wire, server.locked());
  if (login_delay != 0) {
    TRY_ASSIGN(const bool too_soon, comes_too_soon(lock->get(), login_delay));
    if (too_soon) return turn_away(wire, server.too_soon());
  }
  TRY_ASSIGN(auto maildrop, Pop3Maildrop::take(maildir));
  TRY(converse(wire, maildrop, server));
  // Who has heard the answer to QUIT may come again at once.
  lock->reset();
  TRY(wire.flush());
  return 0;
}

}  // namespace serve

#include "serve/imap_server.hpp"

#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <optional>

#include "imap/greeter.hpp"
#include "imap/lexer.hpp"
#include "imap/session.hpp"
#include "proc/log.hpp"
#include "serve/imap_command_reader.hpp"
#include "serve/imap_deflate.hpp"
#include "serve/imap_store.hpp"
#include "serve/imap_watch.hpp"

namespace serve {

namespace {

constexpr CommandLimits before_login = {sasl::line_limit + 1024, sasl::line_limit + 1024, 0};

std::string tag_of(std::string_view text) {
  imap::Lexer lexer(text);
  auto tag = lexer.tag();
  return tag ? std::move(*tag) : std::string("*");
}

constexpr std::string_view late_bye = "* BYE the login took too long\r\n";
constexpr std::string_view endless_bye = "* BYE longer than this server reads\r\n";

constexpr std::size_t piece_size = 32 * 1024;
constexpr int quiet_after = 100;    // milliseconds; then memory is given back
constexpr int asleep_after = 2000;  // milliseconds; then what nobody waits for is done

/// Gathers what the machine says; the first failure stays.
class WireOutput : public imap::Output {
 public:
  explicit WireOutput(net::Wire& wire) : wire_(wire) {}
  void write(std::string_view text) override {
    // In pieces: the wire gathers what it is given, and this may be a message.
    while (result_ && !text.empty()) {
      result_ = wire_.write(text.substr(0, piece_size));
      text.remove_prefix(std::min(piece_size, text.size()));
    }
  }
  void flush() override {
    if (result_) result_ = wire_.flush();
  }
  void report(std::string_view text) override { proc::log("-", "imap-error", {{"reason", text}}); }
  const base::Result<void>& result() const { return result_; }

 private:
  net::Wire& wire_;
  base::Result<void> result_;
};

base::Result<imap::Greeting> ask(net::Wire& wire, const Gate& gate, imap::Greeter& greeter,
                                 imap::Greeting step, bool& granted) {
  TRY(wire.flush());
  auto& question = step.question;
  const bool logs_in = question.logs_in();
  const auto answer =
      gate.ask(question, logs_in ? step.tag + "\n" + std::string(wire.pending()) : std::string());
  question.wipe();
  const auto verdict = answer ? answer->verdict : Verdict::temporary;
  const bool yes = verdict == Verdict::granted;
  granted = yes && logs_in;
  if (!yes || logs_in) log_login(granted ? answer->text : std::string(), question.name, verdict, gate.peer());
  if (!answer) {
    // Nothing can be checked any more: the connection ends, but not without a word.
    TRY(wire.write(greeter.failed(step.tag, true).reply));
    TRY(wire.flush());
    return answer.error();
  }
  return granted ? imap::Greeting{} : greeter.on_answer(*answer);
}

/// `response`: the input answers a SASL challenge.
imap::Greeting answer(imap::Greeter& greeter, const CommandInput& input, bool response) {
  const bool too_big = input.state == CommandInput::State::too_big;
  if (response) return too_big ? greeter.response_too_big() : greeter.on_response(input.text);
  return too_big ? greeter.too_big(tag_of(input.text)) : greeter.on(imap::parse_command(input.text));
}

/// A reply is one write; that it waits for the answer to the one before would cost 40 ms (RFC 896). Where it
/// is no TCP socket, there is nothing to be said.
void send_at_once() {
  const int on = 1;
  (void)setsockopt(1, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// From one command to the next much the same is needed: asking the system for it again takes longer than
/// what is done with it. What nobody uses goes back as soon as the client is quiet.
void keep_memory() {
  mallopt(M_MMAP_THRESHOLD, 16 * 1024 * 1024);
  mallopt(M_TRIM_THRESHOLD, 16 * 1024 * 1024);
}

/// Most clients say nothing for most of the time. `quiet_for`: milliseconds.
void rest(net::Wire& wire, imap::Session& session, int quiet_for) {
  if (quiet_for < asleep_after)
    session.rest();
  else
    session.tidy();
  wire.rest();
  malloc_trim(0);
}

/// When that is due while the client idles: news take memory as commands do, and may leave work.
class Rests {
 public:
  using Time = net::Wire::Clock::time_point;

  void note_news() {
    const auto now = net::Wire::Clock::now();
    quiet_ = now + std::chrono::milliseconds(quiet_after);
    asleep_ = std::min(asleep_, now + std::chrono::milliseconds(asleep_after));
  }
  Time next() const { return std::min(quiet_, asleep_); }

  /// False: it is not due.
  bool take(net::Wire& wire, imap::Session& session) {
    const auto now = net::Wire::Clock::now();
    if (now < next()) return false;
    const bool is_asleep = now >= asleep_;
    rest(wire, session, is_asleep ? asleep_after : quiet_after);
    quiet_ = Time::max();
    if (is_asleep) asleep_ = Time::max();
    return true;
  }

 private:
  Time quiet_ = Time::max();
  Time asleep_ = Time::max();
};

/// Until the client says something; what it says ends it.
imap::Next idle(net::Wire& wire, imap::Session& session, const std::string& folder,
                const DeflateChannel* deflate) {
  FolderWatch watch(folder);
  // What came before there was a watch.
  if (session.news() == imap::Next::close) return imap::Next::close;
  const auto end = wire.deadline();
  Rests rests;
  rests.note_news();
  while (wire.flush()) {
    const bool waits = !wire.pending().empty() || (deflate != nullptr && deflate->has_input());
    switch (waits ? FolderWatch::Wake::input : watch.wait(0, std::min(end, rests.next()))) {
      case FolderWatch::Wake::news:
        if (session.news() == imap::Next::close) return imap::Next::close;
        rests.note_news();
        break;
      case FolderWatch::Wake::end:
        if (rests.take(wire, session)) break;
        (void)wire.write("* BYE silent for too long\r\n");
        return imap::Next::close;
      case FolderWatch::Wake::input: {
        const auto line = wire.line(before_login.line, end, false);
        if (line.state == net::Line::State::too_long) (void)wire.write(endless_bye);
        return line.state == net::Line::State::ok ? session.end_idle(line.text) : imap::Next::close;
      }
    }
  }
  return imap::Next::close;
}

/// A session and what it goes through.
class Running {
 public:
  Running(net::Wire& wire, const ImapSession& config)
      : wire_(wire),
        config_(config),
        store_(config.maildir, config.hostname, config.quota, config.clock),
        output_(wire),
        session_(store_, output_, {.message_size = config.max_size}) {}

  base::Result<void> run(std::string_view tag) {
    session_.begin(tag);
    const CommandLimits limits = {.message = config_.max_size};
    while (output_.result()) {
      rest_when_quiet();
      const auto input = CommandReader(wire_, limits).run();
      if (input.state == CommandInput::State::endless) output_.write(endless_bye);
      if (input.ends()) break;
      auto next = input.state == CommandInput::State::too_big
                      ? session_.too_big(tag_of(input.text))
                      : session_.on(imap::parse_command(input.text, session_.mode()));
      if (next == imap::Next::idle) next = idle(wire_, session_, folder(), deflate_.get());
      if (next == imap::Next::compress) TRY(compress());
      if (next == imap::Next::close) break;
    }
    return {};
  }

 private:
  std::string folder() const {
    return session_.selected() == nullptr ? std::string() : store_.path(*session_.selected());
  }

  void rest_when_quiet() {
    if (deflate_ != nullptr && deflate_->has_input()) return;
    for (const int wait : {quiet_after, asleep_after - quiet_after}) {
      if (!wire_.is_quiet(wait)) return;
      rest(wire_, session_, wait == quiet_after ? quiet_after : asleep_after);
    }
  }

  base::Result<void> compress() {
    TRY(wire_.flush());
    TRY_ASSIGN(deflate_, DeflateChannel::make(0, 1, wire_.pending()));
    wire_.drop_pending();
    wire_.go_through(*deflate_);
    return {};
  }

  net::Wire& wire_;
  const ImapSession& config_;
  MaildirStore store_;
  WireOutput output_;
  imap::Session session_;
  std::unique_ptr<DeflateChannel> deflate_;
};

}  // namespace

base::Result<int> imap_before_login(net::Wire& wire, const Gate& gate, const Entrance& entrance) {
  TRY_ASSIGN(auto nonce, login_nonce());
  send_at_once();
  imap::Greeter greeter(entrance.terms, std::move(nonce), entrance.tls.has_value());
  TRY(wire.write(greeter.greeting()));
  const auto end = wire.deadline();
  bool response = false;
  while (true) {
    auto input = CommandReader(wire, before_login, end).run();
    if (input.state == CommandInput::State::endless) TRY(wire.write(endless_bye));
    if (input.state == CommandInput::State::late) TRY(wire.write(late_bye));
    if (input.ends()) break;
    auto step = answer(greeter, input, response);
    explicit_bzero(input.text.data(), input.text.size());
    while (step.next == imap::Greeting::Next::authenticate) {
      bool granted = false;
      TRY_ASSIGN(step, ask(wire, gate, greeter, std::move(step), granted));
      if (granted) return 0;
    }
    TRY(wire.write(step.reply));
    if (step.next == imap::Greeting::Next::start_tls) {
      auto terms = begin_tls(wire, entrance, gate, end);
      // Whoever else waits for the handshake says that there was none.
      if (!terms && terms.error().code == base::Exit::protocol) return static_cast<int>(base::Exit::protocol);
      TRY(terms);
      greeter.offer(std::move(*terms));
    }
    response = step.next == imap::Greeting::Next::response;
    if (step.next == imap::Greeting::Next::close) break;
  }
  (void)wire.flush();
  return 0;
}

base::Result<int> imap_session(net::Wire& wire, const ImapSession& config) {
  send_at_once();
  keep_memory();
  const auto login = wire.line(before_login.line);
  if (login.state != net::Line::State::ok)
    return base::fail(base::Exit::protocol, "no login came before the session");
  const std::string tag(login.text);
  Running running(wire, config);
  const auto done = running.run(tag);
  (void)wire.flush();
  proc::log("-", "imap-end");
  TRY(done);
  return 0;
}

}  // namespace serve

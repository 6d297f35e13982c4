#include "serve/imap_server.hpp"

#include <string.h>

#include "base/ascii.hpp"
#include "imap/greeter.hpp"
#include "imap/lexer.hpp"
#include "imap/session.hpp"
#include "maildir/deliver.hpp"
#include "proc/log.hpp"
#include "serve/imap_store.hpp"

namespace serve {

namespace {

struct Limits {
  std::size_t line = 64 * 1024;       // octets of a line
  std::size_t command = 1024 * 1024;  // of a command with its literals
  std::size_t message = 0;            // of the literal of an APPEND
};

constexpr Limits before_login = {8 * 1024, 16 * 1024, 0};

struct Input {
  enum class State { command, too_big, gone };
  State state = State::command;
  std::string text;  // with its literals; of one too big, as far as it came
};

bool is_append(std::string_view text) {
  const auto space = text.find(' ');
  return space != std::string_view::npos && base::istarts_with(text.substr(space + 1), "APPEND ");
}

std::string tag_of(std::string_view text) {
  imap::Lexer lexer(text);
  auto tag = lexer.tag();
  return tag ? std::move(*tag) : std::string("*");
}

/// Takes `size` octets off the wire; into `into` unless that is nullptr.
bool take_octets(net::Wire& wire, std::uint64_t size, std::string* into) {
  while (size > 0) {
    const auto chunk = wire.bytes();
    if (chunk.state != net::Line::State::ok) return false;
    const auto part =
        chunk.text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(size, chunk.text.size())));
    if (into != nullptr) into->append(part);
    wire.consume(part.size());
    size -= part.size();
  }
  return true;
}

/// One command, with the literals it announces (RFC 3501 section 2.2.1). What is too big is read past where
/// the client will not wait to be asked (RFC 7888), and never kept.
Input read_command(net::Wire& wire, const Limits& limits) {
  Input out;
  bool too_big = false;
  while (true) {
    const auto line = wire.line(limits.line);
    if (line.state == net::Line::State::too_long) return {Input::State::too_big, std::move(out.text)};
    if (line.state != net::Line::State::ok) return {Input::State::gone, {}};
    if (!too_big) out.text += line.text;
    const auto literal = imap::literal_at_end(line.text);
    if (!literal)
      return {too_big || out.text.size() > limits.command + limits.message ? Input::State::too_big
                                                                           : Input::State::command,
              std::move(out.text)};
    const std::size_t room = is_append(out.text) ? limits.message : 0;
    const std::size_t most = std::max(room, limits.command - std::min(limits.command, out.text.size()));
    too_big = too_big || literal->size > most;
    if (too_big && literal->synchronizing) return {Input::State::too_big, std::move(out.text)};
    // Sixteen times the limit of a message is no mistake any more.
    if (too_big && literal->size / 16 > limits.message + limits.command) return {Input::State::gone, {}};
    if (literal->synchronizing && !wire.write("+ go on\r\n")) return {Input::State::gone, {}};
    if (!too_big) out.text += "\r\n";
    if (!take_octets(wire, literal->size, too_big ? nullptr : &out.text)) return {Input::State::gone, {}};
  }
}

/// Gathers what the machine says; the first failure stays.
class WireOutput : public imap::Output {
 public:
  explicit WireOutput(net::Wire& wire) : wire_(wire) {}
  void write(std::string_view text) override {
    if (result_) result_ = wire_.write(text);
  }
  const base::Result<void>& result() const { return result_; }

 private:
  net::Wire& wire_;
  base::Result<void> result_;
};

base::Result<imap::Greeting> ask(net::Wire& wire, const Gate& gate, imap::Greeter& greeter,
                                 imap::Greeting step, bool& granted) {
  TRY(wire.flush());
  const auto verdict = gate.ask(step.name, step.password, step.tag + "\n" + std::string(wire.pending()));
  explicit_bzero(step.password.data(), step.password.size());
  TRY(verdict);
  granted = *verdict == Verdict::granted;
  proc::log("-", "login", {{"user", step.name}, {"verdict", granted ? "granted" : "refused"}});
  return granted ? imap::Greeting{} : greeter.failed(step.tag, *verdict == Verdict::temporary);
}

}  // namespace

base::Result<int> imap_before_login(net::Wire& wire, const Gate& gate) {
  imap::Greeter greeter;
  TRY(wire.write(greeter.greeting()));
  bool response = false;
  while (true) {
    auto input = read_command(wire, before_login);
    if (input.state == Input::State::gone) break;
    imap::Greeting step = input.state == Input::State::too_big ? greeter.too_big(tag_of(input.text))
                          : response                           ? greeter.on_response(input.text)
                                                               : greeter.on(imap::parse_command(input.text));
    explicit_bzero(input.text.data(), input.text.size());
    if (step.next == imap::Greeting::Next::authenticate) {
      bool granted = false;
      TRY_ASSIGN(step, ask(wire, gate, greeter, std::move(step), granted));
      if (granted) return 0;
    }
    TRY(wire.write(step.reply));
    response = step.next == imap::Greeting::Next::response;
    if (step.next == imap::Greeting::Next::close) break;
  }
  (void)wire.flush();
  return 0;
}

base::Result<int> imap_session(net::Wire& wire, const ImapSession& config) {
  TRY(maildir::make(config.maildir));
  MaildirStore store(config.maildir, config.hostname);
  WireOutput output(wire);
  imap::Session session(store, output);
  const auto login = wire.line(before_login.line);
  if (login.state != net::Line::State::ok)
    return base::fail(base::Exit::protocol, "no login came before the session");
  session.begin(login.text);
  const Limits limits = {.message = config.max_size};
  while (output.result()) {
    const auto input = read_command(wire, limits);
    if (input.state == Input::State::gone) break;
    if (input.state == Input::State::too_big) {
      session.too_big(tag_of(input.text));
    } else if (session.on(imap::parse_command(input.text)) == imap::Next::close) {
      break;
    }
  }
  (void)wire.flush();
  proc::log("-", "imap-end");
  return 0;
}

}  // namespace serve

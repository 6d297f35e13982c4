#include "serve/smtp_server.hpp"

#include <string.h>

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "header/date.hpp"
#include "header/submission.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "smtp/command.hpp"
#include "smtp/dot.hpp"
#include "spool/writer.hpp"

namespace serve {

namespace {

constexpr std::size_t text_line_limit = 998;   // RFC 5322 section 2.1.1
constexpr std::size_t header_limit = 1 << 20;  // octets

// One that sends a message more slowly than this holds a process for hours: octets a second, once the time
// for a line is over.
constexpr std::uint64_t slowest = 100;

/// RFC 3848.
std::string protocol(const smtp::Server& server) {
  if (!server.extended()) return "SMTP";
  return server.user().empty() ? "ESMTP" : "ESMTPA";
}

/// The trace line of RFC 5321 section 4.4; the client's own words are kept to characters that a comment may
/// hold.
std::string received_field(const Reception& reception, const smtp::Server& server, const std::string& id) {
  std::string helo;
  for (const char c : server.helo())
    helo += base::is_alnum(c) || std::string_view(".-:[]_").find(c) != std::string_view::npos ? c : '?';
  // Section 4.1.3.
  const auto& address = reception.peer.address;
  const std::string tag = address.find(':') == std::string::npos ? "" : "IPv6:";
  return "Received: from " + helo + " ([" + tag + address + "])\n\tby " + reception.server.hostname +
         " with " + protocol(server) + " id " + id + ";\n\t" + header::format_date(now_seconds()) + "\n";
}

class Conversation {
 public:
  Conversation(net::Wire& wire, const Reception& reception, const smtp::Policy& policy)
      : wire_(wire), reception_(reception), server_(reception.server, policy) {}

  base::Result<int> run() {
    proc::log("-", "connect", {{"peer", reception_.peer.address}, {"port", reception_.peer.port}});
    TRY(wire_.write(smtp::to_wire(server_.greeting())));
    while (true) {
      const auto line = wire_.line(smtp::command_limit);
      if (lost(line.state)) return end(line.state);
      smtp::Step step = answer(line);
      if (step.next == smtp::Next::authenticate) {
        TRY_ASSIGN(step, check_login(std::move(step)));
      }
      if (step.next == smtp::Next::data) {
        TRY_ASSIGN(step, take_message(step.reply));
      }
      response_ = step.next == smtp::Next::response;
      TRY(say(step.reply));
      if (step.next == smtp::Next::close) return end(net::Line::State::ok);
    }
  }

 private:
  static bool lost(net::Line::State state) {
    return state != net::Line::State::ok && state != net::Line::State::too_long;
  }

  base::Result<void> say(const smtp::Reply& reply) {
    if (reply.code >= 400) {
      proc::log("-", "refuse",
                {{"code", std::to_string(reply.code)},
                 {"text", reply.lines[0]},
                 {"peer", reception_.peer.address}});
    }
    return wire_.write(smtp::to_wire(reply));
  }

  smtp::Step answer(const net::Line& line) {
    const bool response = std::exchange(response_, false);
    if (line.state == net::Line::State::too_long) return server_.line_too_long();
    if (!line.crlf) return server_.bare_line_end();
    return response ? server_.on_response(line.text) : server_.on(smtp::parse_command(line.text));
  }

  base::Result<smtp::Step> check_login(smtp::Step step) {
    TRY(wire_.flush());
    const auto verdict = reception_.gate == nullptr ? base::Result<Verdict>(Verdict::temporary)
                                                    : reception_.gate->ask(step.name, step.password, "");
    explicit_bzero(step.password.data(), step.password.size());
    TRY(verdict);
    proc::log("-", "login",
              {{"user", step.name},
               {"verdict", *verdict == Verdict::granted ? "granted" : "refused"},
               {"peer", reception_.peer.address}});
    if (*verdict == Verdict::granted) return server_.authenticated(step.name);
    return server_.not_authenticated(*verdict == Verdict::temporary);
  }

  base::Result<int> end(net::Line::State state) {
    if (state == net::Line::State::timed_out) TRY(say(server_.timeout()));
    (void)wire_.flush();
    proc::log("-", "disconnect", {{"peer", reception_.peer.address}});
    return 0;
  }

  /// The spool file is made before 354: a disk that is full is said before the client sends anything.
  base::Result<smtp::Step> take_message(const smtp::Reply& go_ahead) {
    auto writer = spool::Writer::create(reception_.spool, now_microseconds(),
                                        smtp::to_string(server_.sender()), server_.recipients());
    if (!writer) return failed(writer.error());
    base::Result<void> stored = writer->write(received_field(reception_, server_, writer->id()));
    TRY(wire_.write(smtp::to_wire(go_ahead)));
    smtp::DotReader reader(text_line_limit);
    std::uint64_t size = 0;  // as the client counts, RFC 1870 section 5
    Head head;
    const auto begun = net::Wire::Clock::now();
    while (!reader.done()) {
      const auto chunk = wire_.bytes();
      if (chunk.state != net::Line::State::ok)
        return base::fail(base::Exit::protocol, "connection lost in a message");
      if (too_slow(begun, size)) return server_.too_slow();
      std::string text;
      wire_.consume(reader.update(chunk.text, text));
      size += text.size() + static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
      if (!stored || size > reception_.server.max_size) continue;
      if (head.add(text, reader.done())) text = finish_head(head, writer->id());
      stored = writer->write(text);
    }
    if (reader.bare_line_end()) return server_.refused({550, "5.6.0", {"bare CR or LF in the message"}});
    if (reader.line_too_long()) return server_.refused({550, "5.6.0", {"a line is longer than 998 octets"}});
    if (size > reception_.server.max_size) return server_.refused({552, "5.3.4", {"message too large"}});
    if (head.too_large) return server_.refused({552, "5.3.4", {"the header is larger than 1 MiB"}});
    if (head.hops > reception_.max_hops)
      return server_.refused({554, "5.4.6", {"too many hops: the message goes round in a circle"}});
    if (stored) stored = writer->commit();
    if (!stored) return failed(stored.error());
    spool::wake(reception_.spool, writer->name());
    return accepted(writer->id(), size);
  }

  bool too_slow(net::Wire::Clock::time_point begun, std::uint64_t size) const {
    const auto taken = net::Wire::Clock::now() - begun;
    return taken > std::chrono::seconds(reception_.seconds + size / slowest);
  }

  /// The header until it is whole; then `text` goes on with the body.
  struct Head {
    std::string text;
    bool open = true;
    bool too_large = false;
    std::size_t end = 0;  // of the fields, once it is whole
    std::size_t hops = 0;

    /// True when the header has just become whole: `text` is it and what came behind it. Otherwise `chunk` is
    /// to be written as it stands, which is nothing as long as the header is open.
    bool add(std::string& chunk, bool last) {
      if (!open) return false;
      const auto searched = text.empty() ? 0 : text.size() - 1;
      text += chunk;
      chunk.clear();
      const auto found = text.starts_with('\n') ? 0 : text.find("\n\n", searched);
      const bool whole = found != std::string::npos;
      end = !whole ? text.size() : found == 0 ? 0 : found + 1;
      too_large = !whole && text.size() > header_limit;
      open = !whole && !last && !too_large;
      return !open;
    }
  };

  std::string finish_head(Head& head, const std::string& id) {
    const auto fields = std::string_view(head.text).substr(0, head.end);
    head.hops = header::count_fields(fields, "Received");
    if (!reception_.server.submission) return std::move(head.text);
    return header::complete_header(fields, {"", header::format_date(now_seconds()),
                                            "<" + id + "@" + reception_.server.hostname + ">"}) +
           head.text.substr(head.end);
  }

  smtp::Step failed(const base::Error& error) {
    proc::log("-", "storage-error", {{"reason", error.what}});
    return server_.not_stored(error);
  }

  smtp::Step accepted(const std::string& id, std::uint64_t size) {
    proc::log(id, "accept",
              {{"from", smtp::to_string(server_.sender())},
               {"recipients", std::to_string(server_.recipients().size())},
               {"size", std::to_string(size)},
               {"peer", reception_.peer.address}});
    return server_.stored(id);
  }

  net::Wire& wire_;
  const Reception& reception_;
  smtp::Server server_;
  bool response_ = false;  // the next line answers a challenge
};

}  // namespace

base::Result<int> receive(net::Wire& wire, const Reception& reception, const smtp::Policy& policy) {
  return Conversation(wire, reception, policy).run();
}

}  // namespace serve

#include "serve/smtp_server.hpp"

#include <utility>

#include "base/ascii.hpp"
#include "header/date.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "smtp/command.hpp"
#include "smtp/dot.hpp"
#include "spool/writer.hpp"

namespace serve {

namespace {

constexpr std::size_t text_line_limit = 998;  // RFC 5322 section 2.1.1

/// The trace line of RFC 5321 section 4.4; the client's own words are kept to characters that a comment may hold.
std::string received_field(const Reception& reception, const smtp::Server& server, const std::string& id) {
  std::string helo;
  for (const char c : server.helo()) helo += base::is_alnum(c) || std::string_view(".-:[]_").find(c) != std::string_view::npos ? c : '?';
  return "Received: from " + helo + " ([" + reception.peer.address + "])\n\tby " + reception.server.hostname +
         " with " + (server.extended() ? "ESMTP" : "SMTP") + " id " + id + ";\n\t" +
         header::format_date(now_seconds()) + "\n";
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
      if (step.next == smtp::Next::data) {
        TRY_ASSIGN(step, take_message(step.reply));
      }
      TRY(say(step.reply));
      if (step.next == smtp::Next::close) return end(net::Line::State::ok);
    }
  }

 private:
  static bool lost(net::Line::State state) { return state != net::Line::State::ok && state != net::Line::State::too_long; }

  base::Result<void> say(const smtp::Reply& reply) {
    if (reply.code >= 400) {
      proc::log("-", "refuse", {{"code", std::to_string(reply.code)}, {"text", reply.lines[0]}, {"peer", reception_.peer.address}});
    }
    return wire_.write(smtp::to_wire(reply));
  }

  smtp::Step answer(const net::Line& line) {
    if (line.state == net::Line::State::too_long) return server_.line_too_long();
    if (!line.crlf) return server_.bare_line_end();
    return server_.on(smtp::parse_command(line.text));
  }

  base::Result<int> end(net::Line::State state) {
    if (state == net::Line::State::timed_out) TRY(say(server_.timeout()));
    (void)wire_.flush();
    proc::log("-", "disconnect", {{"peer", reception_.peer.address}});
    return 0;
  }

  /// The spool file is made before 354: a disk that is full is said before the client sends anything.
  base::Result<smtp::Step> take_message(const smtp::Reply& go_ahead) {
    auto writer = spool::Writer::create(reception_.spool, now_microseconds(), smtp::to_string(server_.sender()),
                                        server_.recipients());
    if (!writer) return failed(writer.error());
    base::Result<void> stored = writer->write(received_field(reception_, server_, writer->id()));
    TRY(wire_.write(smtp::to_wire(go_ahead)));
    smtp::DotReader reader(text_line_limit);
    std::uint64_t size = 0;
    while (!reader.done()) {
      const auto chunk = wire_.bytes();
      if (chunk.state != net::Line::State::ok) return base::fail(base::Exit::protocol, "connection lost in a message");
      std::string text;
      wire_.consume(reader.update(chunk.text, text));
      size += text.size();
      if (stored && size <= reception_.server.max_size) stored = writer->write(text);
    }
    if (reader.bare_line_end()) return server_.refused({550, "5.6.0", {"bare CR or LF in the message"}});
    if (reader.line_too_long()) return server_.refused({550, "5.6.0", {"a line is longer than 998 octets"}});
    if (size > reception_.server.max_size) return server_.refused({552, "5.3.4", {"message too large"}});
    if (stored) stored = writer->commit();
    if (!stored) return failed(stored.error());
    spool::wake(reception_.spool, writer->name());
    return accepted(writer->id(), size);
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
};

}  // namespace

AccountPolicy::AccountPolicy(const auth::Accounts& accounts, std::string postmaster)
    : accounts_(accounts), postmaster_(std::move(postmaster)) {}

bool AccountPolicy::is_local_domain(std::string_view domain) const { return accounts_.is_local_domain(domain); }

bool AccountPolicy::has_user(std::string_view local) const { return user_of(local).has_value(); }

std::optional<std::string> AccountPolicy::user_of(std::string_view local) const {
  if (auto user = accounts_.user_of(local)) return user;
  return base::iequals(local, "postmaster") ? accounts_.user_of(postmaster_) : std::nullopt;
}

base::Result<int> receive(net::Wire& wire, const Reception& reception, const smtp::Policy& policy) {
  return Conversation(wire, reception, policy).run();
}

}  // namespace serve

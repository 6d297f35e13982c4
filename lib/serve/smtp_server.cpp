#include "serve/smtp_server.hpp"

#include <poll.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "mime/binary_gateway.hpp"
#include "proc/log.hpp"
#include "serve/intake.hpp"
#include "serve/login_options.hpp"
#include "serve/smtp_tls.hpp"
#include "smtp/chunk.hpp"
#include "smtp/command.hpp"
#include "smtp/dot.hpp"

namespace serve {

namespace {

// One that sends a message more slowly than this holds a process for hours: octets a second, once the time
// for a line is over.
constexpr std::uint64_t slowest = 100;

class Conversation {
 public:
  Conversation(net::Wire& wire, const Reception& reception, const smtp::Policy& policy)
      : wire_(wire), reception_(reception), server_(reception.server, policy) {}

  base::Result<int> run(const std::function<base::Result<void>()>& confine) {
    proc::log("-", "connect", {{"peer", reception_.peer.address}, {"port", reception_.peer.port}});
    if (!reception_.greeted) {
      const auto greeting = server_.greeting();
      TRY(say(greeting));
      TRY(wire_.flush());
      if (greeting.code == 421) return end(net::Line::State::ok);
    }
    TRY(confine());
    while (true) {
      const auto line = wire_.line(response_ ? sasl::line_limit : server_.line_limit());
      if (lost(line.state)) return end(line.state);
      // What stands behind a bare LF belongs to the same line, which is no command.
      if (in_wrong_line_) {
        in_wrong_line_ = !line.crlf;
        const auto step = server_.rest_of_wrong_line();
        if (step.next != smtp::Next::close) continue;
        TRY(say(step.reply));
        return end(net::Line::State::ok);
      }
      in_wrong_line_ = !line.crlf;
      smtp::Step step = answer(line);
      while (step.next == smtp::Next::authenticate) {
        TRY_ASSIGN(step, ask(std::move(step.question)));
      }
      if (step.next == smtp::Next::data) {
        TRY_ASSIGN(step, take_message(step.reply));
      }
      if (step.next == smtp::Next::chunk) {
        TRY_ASSIGN(step, take_chunk(std::move(step)));
      }
      // RSET and a new greeting drop a message that came in part.
      if (!server_.in_chunks()) chunks_.reset();
      response_ = step.next == smtp::Next::response;
      for (std::size_t i = 0; i < step.replies; ++i) {
        // Whether or not it hears that, the end is the same.
        if (const auto said = say(step.reply); !said && !lost_in_message_) return said.error();
      }
      if (step.next == smtp::Next::tls) {
        if (const auto begun = start_tls(); !begun) return without_tls(begun.error());
      }
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
      TRY(let_wait());
    }
    return wire_.write(smtp::to_wire(reply));
  }

  /// Who tries names or passwords gets ever slower; this process serves nobody else.
  base::Result<void> let_wait() {
    const auto most = static_cast<std::int64_t>(reception_.tarpit) * 1000;
    if (most == 0) return {};
    TRY(wire_.flush());
    (void)poll(nullptr, 0, static_cast<int>(std::min(delay_, most)));
    delay_ = std::min(delay_ * 2, most);
    return {};
  }

  smtp::Step answer(const net::Line& line) {
    const bool response = std::exchange(response_, false);
    if (line.state == net::Line::State::too_long)
      return response ? server_.response_too_long() : server_.line_too_long();
    if (!line.crlf) return server_.bare_line_end(line.text);
    return response ? server_.on_response(line.text) : server_.on_line(line.text);
  }

  base::Result<void> start_tls() {
    TRY_ASSIGN(const auto facts, begin_tls(wire_, reception_));
    proc::log("-", "tls",
              {{"protocol", facts.protocol}, {"cipher", facts.cipher}, {"peer", reception_.peer.address}});
    server_.secured(terms_over(reception_.server.login.value_or(sasl::Terms{}), channel_of(facts)));
    return {};
  }

  base::Result<int> without_tls(const base::Error& error) const {
    proc::log("-", "disconnect", {{"peer", reception_.peer.address}, {"reason", error.what}});
    return static_cast<int>(error.code);
  }

  /// How long it takes is hidden by the one who is asked.
  base::Result<smtp::Step> ask(sasl::Question question) {
    TRY(wire_.flush());
    const auto answer =
        reception_.gate != nullptr
            ? reception_.gate->ask(question, "")
            : base::Result<sasl::Answer>(base::fail(base::Exit::configuration, "nobody checks logins"));
    question.wipe();
    const auto verdict = answer ? answer->verdict : Verdict::temporary;
    if (question.logs_in() || verdict != Verdict::granted)
      log_login(server_.login(), server_.said(), verdict, reception_.peer.address);
    return answer ? server_.on_answer(*answer) : server_.login_unavailable();
  }

  base::Result<int> end(net::Line::State state) {
    if (state == net::Line::State::timed_out) TRY(say(server_.timeout()));
    (void)wire_.flush();
    if (!lost_in_message_) {
      proc::log("-", "disconnect", {{"peer", reception_.peer.address}});
      return 0;
    }
    proc::log("-", "disconnect",
              {{"peer", reception_.peer.address}, {"reason", "connection lost in a message"}});
    return static_cast<int>(base::Exit::protocol);
  }

  smtp::Step failed(const base::Error& error) {
    proc::log("-", "storage-error", {{"reason", error.what}, {"peer", reception_.peer.address}});
    return server_.not_stored(error);
  }

  base::Result<smtp::Step> take_message(const smtp::Reply& go_ahead) {
    auto intake = Intake::begin(reception_, server_);
    if (!intake) {
      auto step = failed(intake.error());
      // In place of 354: no message comes that LMTP would answer for each recipient.
      step.replies = 1;
      return step;
    }
    TRY(wire_.write(smtp::to_wire(go_ahead)));
    smtp::DotReader reader(message_line_limit);
    const auto begun = net::Wire::Clock::now();
    while (!reader.done()) {
      const auto octets = wire_.bytes();
      if (octets.state != net::Line::State::ok) return lost_in_message(octets.state);
      if (too_slow(begun, intake->size())) return server_.too_slow();
      std::string text;
      wire_.consume(reader.update(octets.text, text));
      intake->add(std::move(text), reader.done());
    }
    return intake->finish(server_, reader.bare_line_end(), reader.line_too_long());
  }

  /// What came in chunks so far.
  struct Chunks {
    Intake intake;
    std::variant<smtp::ChunkReader, mime::BinaryGateway> reader;
    std::uint64_t octets = 0;
    net::Wire::Clock::time_point begun = net::Wire::Clock::now();
  };

  base::Result<Chunks> begin_chunks() {
    TRY_ASSIGN(auto intake, Intake::begin(reception_, server_));
    Chunks out{std::move(intake), smtp::ChunkReader(message_line_limit)};
    if (server_.parameters().body == smtp::Body::binary) out.reader = mime::BinaryGateway(message_line_limit);
    return out;
  }

  /// The octets behind a BDAT line are read in any case: what follows them is a command.
  base::Result<smtp::Step> take_chunk(smtp::Step step) {
    const auto chunk = step.chunk;
    base::Result<void> begun;
    if (!chunk.discard && !chunks_) {
      auto chunks = begin_chunks();
      if (chunks) {
        chunks_.emplace(std::move(*chunks));
      } else {
        begun = chunks.error();
      }
    }
    const bool keep = !chunk.discard && begun;
    const auto start = net::Wire::Clock::now();
    for (std::uint64_t left = chunk.size; left > 0;) {
      const auto octets = wire_.bytes();
      if (octets.state != net::Line::State::ok) return lost_in_message(octets.state);
      if (keep ? chunks_too_slow() : too_slow(start, chunk.size - left)) return server_.too_slow();
      const auto part =
          octets.text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left, octets.text.size())));
      if (keep) add_chunk(part, false);
      left -= part.size();
      wire_.consume(part.size());
    }
    if (chunk.discard) return step;
    if (!begun) return failed(begun.error());
    if (chunks_too_slow()) return server_.too_slow();
    if (!chunk.last) return server_.chunk_taken(chunk.size);
    add_chunk({}, true);
    return end_chunks();
  }

  smtp::Step end_chunks() {
    const auto* gateway = std::get_if<mime::BinaryGateway>(&chunks_->reader);
    if (gateway != nullptr && !gateway->trouble().empty())
      return server_.refused({554, "5.6.3", {std::string(gateway->trouble())}});
    return std::visit(
        [this](const auto& reader) {
          return chunks_->intake.finish(server_, reader.bare_line_end(), reader.line_too_long());
        },
        chunks_->reader);
  }

  void add_chunk(std::string_view octets, bool last) {
    std::string text;
    chunks_->octets += octets.size();
    std::visit(
        [&](auto& reader) {
          reader.update(octets, text);
          if (last) reader.finish(text);
        },
        chunks_->reader);
    chunks_->intake.add(std::move(text), last);
  }

  /// All of them are one message: a little now and then would else keep it open for ever.
  bool chunks_too_slow() const { return too_slow(chunks_->begun, chunks_->octets); }

  /// Whoever only says nothing is told; whoever has gone hears nothing.
  smtp::Step lost_in_message(net::Line::State state) {
    lost_in_message_ = true;
    smtp::Step out = server_.too_slow();
    out.replies = state == net::Line::State::timed_out ? 1 : 0;
    return out;
  }

  bool too_slow(net::Wire::Clock::time_point begun, std::uint64_t size) const {
    const auto taken = net::Wire::Clock::now() - begun;
    return taken > std::chrono::seconds(reception_.seconds + size / slowest);
  }

  net::Wire& wire_;
  const Reception& reception_;
  smtp::Server server_;
  std::int64_t delay_ = 100;    // milliseconds, before the next error reply
  bool response_ = false;       // the next line answers a challenge
  bool in_wrong_line_ = false;  // until CR LF
  bool lost_in_message_ = false;
  std::optional<Chunks> chunks_;
};

}  // namespace

base::Result<int> receive(net::Wire& wire, const Reception& reception, const smtp::Policy& policy,
                          const std::function<base::Result<void>()>& confine) {
  return Conversation(wire, reception, policy).run(confine);
}

}  // namespace serve

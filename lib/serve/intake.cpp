#include "serve/intake.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/line_ends.hpp"
#include "header/date.hpp"
#include "header/field.hpp"
#include "header/submission.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"

namespace serve {

namespace {

constexpr std::size_t header_limit = 1 << 20;  // octets

/// RFC 3848, RFC 6531 section 4.3, RFC 2033.
std::string protocol(const Reception& reception, const smtp::Server& server) {
  if (!server.extended()) return "SMTP";
  std::string out = server.parameters().utf8 ? "UTF8" : "";
  out += reception.server.lmtp ? "LMTP" : server.parameters().utf8 ? "SMTP" : "ESMTP";
  if (server.is_secured()) out += 'S';
  if (!server.user().empty()) out += 'A';
  return out;
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
  const auto host =
      reception.dns == nullptr || reception.dns->host().empty() ? "" : reception.dns->host() + " ";
  return "Received: from " + helo + " (" + host + "[" + tag + address + "])\n\tby " +
         reception.server.hostname + " with " + protocol(reception, server) + " id " + id + ";\n\t" +
         header::format_date(now_seconds()) + "\n";
}

spool::Envelope envelope_of(const smtp::Server& server, std::uint64_t now) {
  spool::Envelope out;
  out.sender = smtp::to_string(server.sender());
  auto parameters = server.parameters();
  // What came in binary is stored as lines.
  if (parameters.body == smtp::Body::binary) parameters.body = smtp::Body::eight_bit;
  // Its life begins then.
  if (parameters.hold_for) parameters.hold_until = now + *std::exchange(parameters.hold_for, {});
  out.parameters = smtp::to_words(parameters);
  for (const auto& recipient : server.recipients())
    out.recipients.push_back(
        {recipient.address, spool::Status::todo, smtp::to_words(recipient.parameters), 0});
  return out;
}

/// A text without a header, as some programs send it: its first line is no field, nor that of an mbox.
bool is_headless(std::string_view text) {
  if (text.starts_with("From ") || text.starts_with(">From ")) return false;
  const auto first = header::take_field(text);
  return first && first->name.empty();
}

/// Behind our own field it would go on with that, or have fields itself.
bool would_be_misread(std::string_view text) {
  if (base::is_wsp(text.front())) return true;
  while (const auto field = header::take_field(text)) {
    if (!field->name.empty()) return true;
  }
  return false;
}

/// When delivery may begin (RFC 4865). What is more urgent (RFC 6710) is taken before what came in the
/// minutes before it; whoever is a stranger cannot ask for that.
std::uint64_t due_of(const smtp::MailParameters& parameters, bool stranger, std::uint64_t now) {
  constexpr std::uint64_t step = 600;  // seconds
  if (parameters.hold_for) return now + *parameters.hold_for;
  if (parameters.hold_until) return std::max(*parameters.hold_until, now);
  const auto priority = parameters.priority.value_or(0);
  return stranger || priority <= 0 ? 0 : now - static_cast<std::uint64_t>(priority) * step;
}

}  // namespace

base::Result<Intake> Intake::begin(const Reception& reception, const smtp::Server& server) {
  const auto now = now_microseconds();
  const bool stranger = !reception.server.relay && server.user().empty();
  TRY_ASSIGN(auto writer, spool::Writer::create(reception.spool, now, envelope_of(server, now / 1'000'000),
                                                due_of(server.parameters(), stranger, now / 1'000'000)));
  Intake out(reception, std::move(writer));
  if (reception.filters != nullptr) TRY(reception.filters->begin());
  out.stored_ = out.store(received_field(reception, server, out.writer_.id()));
  return out;
}

/// Filters see the message as it would have been stored.
base::Result<void> Intake::store(std::string_view text) {
  return reception_->filters != nullptr ? reception_->filters->write(text) : writer_.write(text);
}

/// Puts what the filters make of the message where it goes; or why it is not taken.
std::optional<smtp::Reply> Intake::filter(const smtp::Server& server) {
  FilterEnvelope envelope = {smtp::to_string(server.sender()),
                             {},
                             reception_->peer.address,
                             server.user(),
                             server.helo(),
                             writer_.id(),
                             reception_->dns == nullptr ? "" : reception_->dns->host()};
  for (const auto& recipient : server.recipients())
    envelope.recipients.push_back(whole_address(recipient.address, reception_->server.hostname));
  const auto verdict = reception_->filters->run(envelope);
  if (verdict && verdict->kind == FilterVerdict::Kind::reject)
    return smtp::Reply{554, "5.7.1", {verdict->text.empty() ? "refused by a filter" : verdict->text}};
  if (!verdict && verdict.error().code == base::Exit::data)
    return smtp::Reply{554, "5.5.3", {verdict.error().what}};
  auto passed = verdict ? base::Result<void>() : base::Result<void>(verdict.error());
  if (verdict && verdict->kind == FilterVerdict::Kind::pass) {
    passed = reception_->filters->each_chunk(
        message_line_limit, [&](std::string_view text) { return stored_ = writer_.write(text); });
    if (passed) return std::nullopt;
  }
  if (!passed) proc::log(writer_.id(), "filter-trouble", {{"reason", passed.error().what}});
  return smtp::Reply{451, "4.7.1", {"the message cannot be checked now, try again later"}};
}

/// True when the header has just become whole: it is kept back until then.
bool Intake::header_ends(std::string& text, bool last) {
  if (!in_header_) return false;
  const auto searched = header_.empty() ? 0 : header_.size() - 1;
  header_ += text;
  text.clear();
  const auto found = header_.starts_with('\n') ? 0 : header_.find("\n\n", searched);
  const bool whole = found != std::string::npos;
  header_size_ = !whole ? header_.size() : found == 0 ? 0 : found + 1;
  header_too_large_ = header_size_ > header_limit;
  in_header_ = !whole && !last && !header_too_large_;
  return !in_header_;
}

/// The header as it is stored, and what came behind it.
std::string Intake::take_header() {
  const auto fields = std::string_view(header_).substr(0, header_size_);
  hops_ = header::count_fields(fields, "Received");
  const bool headless = is_headless(fields);
  if (!reception_->server.submission) {
    const bool no_empty_line = header_size_ == header_.size();
    const bool apart = headless && no_empty_line && would_be_misread(fields);
    return (apart ? "\n" : "") + std::exchange(header_, {});
  }
  const auto size = headless ? 0 : header_size_;
  auto out = header::complete_header(fields.substr(0, size),
                                     {"", header::format_date(now_seconds()),
                                      "<" + writer_.id() + "@" + reception_->server.hostname + ">"}) +
             (headless ? "\n" : "") + header_.substr(size);
  header_.clear();
  return out;
}

void Intake::add(std::string text, bool last) {
  size_ += text.size() + base::count_line_feeds(text);
  nul_ = nul_ || text.find('\0') != text.npos;
  if (!stored_ || too_large() || header_too_large_) return;
  if (header_ends(text, last)) text = take_header();
  stored_ = store(text);
}

smtp::Step Intake::finish(smtp::Server& server, bool bare_line_end, bool line_too_long) {
  if (bare_line_end) return server.refused({550, "5.6.0", {"bare CR or LF in the message"}});
  if (nul_) return server.refused({550, "5.6.0", {"a NUL in the message"}});
  if (line_too_long) return server.refused({550, "5.6.0", {"a line is longer than 1 MiB"}});
  if (too_large()) return server.refused({552, "5.3.4", {"message too large"}});
  if (header_too_large_) return server.refused({552, "5.3.4", {"the header is larger than 1 MiB"}});
  if (hops_ > reception_->max_hops)
    return server.refused({554, "5.4.6", {"too many hops: the message goes round in a circle"}});
  if (stored_ && reception_->filters != nullptr) {
    if (auto refusal = filter(server)) return server.refused(std::move(*refusal));
  }
  if (stored_) stored_ = writer_.commit();
  if (!stored_) {
    proc::log("-", "storage-error", {{"reason", stored_.error().what}, {"peer", reception_->peer.address}});
    return server.not_stored(stored_.error());
  }
  spool::wake(reception_->spool, writer_.name());
  proc::log(writer_.id(), "accept",
            {{"from", smtp::to_string(server.sender())},
             {"recipients", std::to_string(server.recipients().size())},
             {"size", std::to_string(size_)},
             {"peer", reception_->peer.address}});
  return server.stored(writer_.id());
}

}  // namespace serve

#include "serve/notice.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "header/field.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "spool/writer.hpp"

namespace serve {

namespace {

constexpr std::uint64_t header_limit = 256 * 1024;  // octets of a header that are looked at and returned
constexpr std::uint64_t message_limit = 1 << 20;    // octets of a message that is returned whole

/// An ORCPT as a report has it.
std::string in_plain(const std::string& original) {
  const auto plain = smtp::decode_original(original);
  return plain ? plain->type + ";" + plain->address : original;
}

}  // namespace

Notice::Notice(NoticeConfig config, const spool::Message& message)
    : config_(std::move(config)), message_(message) {
  // What stands in the spool was read when it came in; a hand that has changed it asks for nothing.
  if (auto asked = smtp::parse_mail_parameters(message.envelope.parameters)) asked_ = std::move(*asked);
  for (const auto& recipient : message.envelope.recipients) {
    auto wish = smtp::parse_rcpt_parameters(recipient.parameters);
    wishes_.push_back(wish ? std::move(*wish) : smtp::RcptParameters());
  }
}

bool Notice::wants(std::size_t recipient, bool smtp::Notify::*event, bool unasked) const {
  const auto& wish = wishes_.at(recipient).notify;
  return wish ? (*wish).*event : unasked;
}

void Notice::add(std::size_t recipient, const Attempt& attempt, mime::Action action) {
  const auto& given = wishes_.at(recipient).original;
  const auto original = given.empty() ? std::string() : in_plain(given);
  auto address = message_.envelope.recipients.at(recipient).address;
  // The name of a program or file behind an alias (smtp::Place) is nobody's business.
  if (address.starts_with('|') && !original.empty()) address = original.substr(original.find(';') + 1);
  recipients_.push_back({std::move(address), attempt.status, attempt.reason, attempt.host, action, original});
}

bool Notice::failed(std::size_t recipient, const Attempt& attempt) {
  if (!wants(recipient, &smtp::Notify::failure, true)) return false;
  add(recipient, attempt, mime::Action::failed);
  return any_failed_ = true;
}

bool Notice::wants_trace(std::size_t recipient, const Attempt& attempt) const {
  const auto& wish = wishes_.at(recipient).notify;
  return asked_.by && !(wish && wish->never) && (asked_.by->trace || !attempt.time_passed_on);
}

bool Notice::succeeded(std::size_t recipient, const Attempt& attempt, mime::Action action) {
  if (message_.envelope.sender.empty()) return false;
  const bool asked = !attempt.notify_passed_on && wants(recipient, &smtp::Notify::success, false);
  if (!asked && !(action == mime::Action::relayed && wants_trace(recipient, attempt))) return false;
  auto told = attempt;
  if (told.host.empty()) told.reason.clear();
  add(recipient, told, action);
  return true;
}

base::Result<bool> Notice::delayed(std::size_t recipient, const Attempt& attempt) {
  if (message_.envelope.sender.empty() || !wants(recipient, &smtp::Notify::delay, true)) return false;
  if (!wishes_.at(recipient).notify) {
    TRY_ASSIGN(const bool automatic, is_automatic());
    if (automatic) return false;
  }
  add(recipient, attempt, mime::Action::delayed);
  return true;
}

/// Nobody waits for an answer to such mail (RFC 3834 section 2), and a list's owner would get one a member.
base::Result<bool> Notice::is_automatic() {
  if (automatic_) return *automatic_;
  TRY_ASSIGN(const auto head, spool::Queue::read(message_, 0, header_limit));
  const auto fields = header::parse_fields(head);
  const auto value = [&](std::string_view name) {
    const auto* field = header::find(fields, name);
    return field == nullptr ? std::string() : base::lower(header::unfold(field->body));
  };
  const auto precedence = value("Precedence");
  const auto submitted = value("Auto-Submitted");
  automatic_ = precedence == "bulk" || precedence == "list" || precedence == "junk" ||
               (!submitted.empty() && !submitted.starts_with("no")) || !value("List-Id").empty();
  return *automatic_;
}

base::Result<void> Notice::send() {
  const auto& envelope = message_.envelope;
  mime::Report report;
  report.nobody_else = envelope.sender.empty();
  report.hostname = config_.hostname;
  report.to = report.nobody_else ? "postmaster" : envelope.sender;
  report.id = envelope.id;
  report.now = now_seconds();
  report.recipients = std::exchange(recipients_, {});
  if (const auto id = smtp::decode_xtext(asked_.envelope_id)) report.envelope_id = *id;
  // What asked for TLS is returned as RET=HDRS (RFC 8689 section 5).
  report.full = any_failed_ && asked_.return_full.value_or(false) && !asked_.require_tls &&
                envelope.length.value_or(UINT64_MAX) <= message_limit;
  report.arrived = envelope.received;
  report.retry_until = config_.retry_until;
  report.utf8 = asked_.utf8;
  any_failed_ = false;
  TRY_ASSIGN(const auto original,
             spool::Queue::read(message_, 0, report.full ? message_limit : header_limit));
  const auto now = now_microseconds();
  // There may be several about one message.
  report.own_id = envelope.id + "." + std::to_string(now);
  return queue(report, mime::delivery_report(report, original), now);
}

base::Result<void> Notice::queue(const mime::Report& report, const std::string& text, std::uint64_t now) {
  smtp::MailParameters parameters;
  if (base::has_8bit(text)) parameters.body = smtp::Body::eight_bit;
  parameters.utf8 = base::has_8bit(report.to);
  parameters.require_tls = asked_.require_tls;
  spool::Envelope envelope;
  envelope.parameters = smtp::to_words(parameters);
  // Whoever the postmaster has his mail sent on to must not be the start of one report more.
  envelope.recipients = {{report.to, spool::Status::todo, report.nobody_else ? "NOTIFY=NEVER" : ""}};
  TRY_ASSIGN(auto writer, spool::Writer::create(config_.spool, now, std::move(envelope)));
  TRY(writer.write(text));
  TRY(writer.commit());
  proc::log(message_.envelope.id, "bounce", {{"to", report.to}, {"id", writer.id()}});
  spool::wake(config_.spool, writer.name());
  return {};
}

}  // namespace serve

#include "mime/report_status.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "header/date.hpp"
#include "header/folding.hpp"

namespace mime {

namespace {

constexpr std::size_t reason_limit = 500;  // octets
constexpr std::size_t address_limit = 1000;
constexpr std::string_view null_mx = "5.1.10";

/// On one line, with nothing a terminal obeys; a backslash is part of an address.
std::string plain(std::string_view text, std::size_t limit) {
  std::string line(text.substr(0, limit));
  for (char& c : line) c = c == '\n' || c == '\t' ? ' ' : c;
  std::string out;
  base::put_visible(line, out);
  return out;
}

/// Folded at its blanks where it is long.
std::string field(std::string_view name, std::string_view value) {
  header::FieldWriter out(name);
  for (const auto& word : base::words(value)) out.put(word);
  return std::move(out).finish();
}

/// RFC 6533 section 3: utf-8-addr-xtext, which is all ASCII.
std::string in_ascii(std::string_view address) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (std::size_t at = 0; at < address.size();) {
    const char c = address[at];
    const auto length = base::is_8bit(c) ? base::utf8_length(address.substr(at)) : 1;
    if (length == 0) {
      out += '?';
    } else if (!base::is_8bit(c) && c != '\\' && c != '+' && c != '=') {
      out += c;
    } else {
      std::string hex;
      for (auto value = base::utf8_value(address.substr(at, length)); value != 0; value >>= 4)
        hex.insert(hex.begin(), digits[value & 15]);
      out += "\\x{" + hex + "}";
    }
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

/// `type;address` for an address as the envelope has it.
std::string typed(std::string_view address, bool global) {
  if (!base::has_8bit(address)) return "rfc822; " + plain(address, address_limit);
  return "utf-8; " + (global ? plain(address, address_limit) : in_ascii(address));
}

/// What the sender gave has its type already.
std::string original(std::string_view given, bool global) {
  if (global || !base::has_8bit(given)) return std::string(given);
  const auto semicolon = std::min(given.find(';') + 1, given.size());
  return std::string(given.substr(0, semicolon)) + in_ascii(given.substr(semicolon));
}

std::string words(std::string_view reason, bool global) {
  auto out = plain(reason, reason_limit);
  if (!global) std::replace_if(out.begin(), out.end(), base::is_8bit, '?');
  return out;
}

std::string_view word(Action action) {
  switch (action) {
    case Action::delayed:
      return "delayed";
    case Action::delivered:
      return "delivered";
    case Action::relayed:
      return "relayed";
    case Action::expanded:
      return "expanded";
    case Action::failed:
      break;
  }
  return "failed";
}

std::string fields_of(const Report& report, const ReportedRecipient& one, bool global) {
  std::string out = "\n";
  if (!one.original.empty())
    out += "Original-Recipient: " + plain(original(one.original, global), address_limit) + "\n";
  out += "Final-Recipient: " + typed(one.address, global) + "\nAction: " + std::string(word(one.action)) +
         "\nStatus: " + one.status + "\n";
  if (!one.host.empty())
    out += "Remote-MTA: dns; " + words(one.host.substr(0, one.host.rfind(':')), global) + "\n";
  // The remote host's words are SMTP; a connection that broke said nothing in it. Of a null MX this host
  // itself says what a server would (RFC 3464 section 2.3.6, RFC 7504 section 3).
  const bool smtp = is_reply(one.reason) && (!one.host.empty() || one.status == null_mx);
  if (!one.reason.empty())
    out += field("Diagnostic-Code", (smtp ? "smtp; " : "x-tubepost; ") + words(one.reason, global));
  out += "Last-Attempt-Date: " + header::format_date(report.now) + "\nFinal-Log-ID: " + report.id + "\n";
  if (one.action == Action::delayed && report.retry_until != 0)
    out += "Will-Retry-Until: " + header::format_date(report.retry_until) + "\n";
  return out;
}

}  // namespace

bool is_reply(std::string_view reason) {
  const auto digits = std::min(reason.find_first_not_of("0123456789"), reason.size());
  return digits == 3 && (reason.size() == 3 || reason[3] == ' ' || reason[3] == '-');
}

bool status_needs_utf8(const Report& report) {
  return std::any_of(report.recipients.begin(), report.recipients.end(), [](const ReportedRecipient& one) {
    return base::has_8bit(one.address) || base::has_8bit(one.original) || base::has_8bit(one.reason);
  });
}

std::string delivery_status(const Report& report, bool global) {
  std::string out;
  if (!report.envelope_id.empty())
    out += "Original-Envelope-Id: " + plain(report.envelope_id, reason_limit) + "\n";
  out += "Reporting-MTA: dns; " + report.hostname + "\n";
  if (report.arrived != 0) out += "Arrival-Date: " + header::format_date(report.arrived) + "\n";
  for (const auto& one : report.recipients) out += fields_of(report, one, global);
  return out;
}

}  // namespace mime

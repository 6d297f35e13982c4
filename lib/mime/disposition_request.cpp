#include "mime/disposition_request.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "header/address.hpp"
#include "header/message_id.hpp"

namespace mime {

namespace {

constexpr std::size_t most_addresses = 10;
constexpr std::size_t address_limit = 320;  // octets

std::vector<const header::Field*> all_of(const std::vector<header::Field>& fields, std::string_view name) {
  std::vector<const header::Field*> out;
  for (const auto& field : fields) {
    if (base::iequals(field.name, name)) out.push_back(&field);
  }
  return out;
}

/// Section 2.1: the local part as it is, the domain in any case.
bool same(const header::Address& a, const header::Address& b) {
  return a.local == b.local && base::iequals(a.domain, b.domain);
}

bool can_be_sent_to(const header::Address& address) {
  const auto text = header::to_mailbox(address);
  return !address.local.empty() && !address.domain.empty() && text.size() <= address_limit &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return base::is_8bit(c) || base::is_control(c); });
}

/// The distinct mailboxes of one field; empty where one of them is none.
std::vector<header::Address> mailboxes(const header::Field& field) {
  std::vector<header::Address> out;
  for (auto& address : header::parse_addresses(field.body, most_addresses + 1)) {
    if (address.kind != header::Address::Kind::mailbox) continue;
    if (!can_be_sent_to(address) || out.size() == most_addresses) return {};
    if (std::none_of(out.begin(), out.end(), [&](const auto& one) { return same(one, address); }))
      out.push_back(std::move(address));
  }
  return out;
}

std::string forbidden_by(const std::vector<header::Field>& fields) {
  for (const auto& field : fields) {
    const auto name = base::lower(field.name);
    if (name.starts_with("list-") || name == "mailing-list") return "a list has sent it";
    if (name == "content-type" && base::istarts_with(header::unfold(field.body), "multipart/report"))
      return "it is a report itself";
    if (name == "auto-submitted" && base::istarts_with(header::unfold(field.body), "auto-replied"))
      return "it is an answer of a program";
    if (name == "disposition-notification-options" && requires_an_option(field.body))
      return "it requires what is not known here";
  }
  return {};
}

std::string consent_needed(const std::vector<header::Field>& fields, const std::vector<header::Address>& to) {
  if (to.size() > 1) return "it would go to several addresses";
  const auto paths = all_of(fields, "Return-Path");
  if (paths.size() != 1) return "nothing says who has sent the message";
  const auto from = mailboxes(*paths[0]);
  if (from.size() != 1 || !same(from[0], to[0]))
    return "it would go to somebody else than has sent the message";
  return {};
}

}  // namespace

bool requires_an_option(std::string_view body) {
  auto text = header::unfold(body);
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    const auto one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (base::trim(one).empty()) continue;
    const auto equals = one.find('=');
    if (equals == std::string_view::npos) return true;
    const auto importance = base::trim(one.substr(equals + 1, one.find(',', equals) - equals - 1));
    if (!base::iequals(importance, "optional")) return true;
  }
  return false;
}

DispositionRequest read_disposition_request(const std::vector<header::Field>& fields) {
  DispositionRequest out;
  const auto asked = all_of(fields, "Disposition-Notification-To");
  if (asked.empty()) {
    out.reason = "nobody asks for a notification";
    return out;
  }
  const auto to = asked.size() == 1 ? mailboxes(*asked[0]) : std::vector<header::Address>();
  if (to.empty()) out.reason = "it is asked for in a way that nobody can follow";
  if (auto reason = forbidden_by(fields); !reason.empty()) out.reason = std::move(reason);
  if (!out.reason.empty()) return out;
  for (const auto& address : to) out.to.push_back(header::to_mailbox(address));
  out.reason = consent_needed(fields, to);
  out.consent = out.reason.empty() ? Consent::not_needed : Consent::needed;
  if (const auto* field = header::find(fields, "Original-Recipient"))
    out.original_recipient = base::printable(header::unfold(field->body), 500);
  if (const auto* field = header::find(fields, "Message-ID")) {
    const auto ids = header::parse_message_ids(field->body);
    if (ids.size() == 1) out.message_id = base::printable(ids[0], 900);
  }
  return out;
}

}  // namespace mime

#include "serve/written_to.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/ascii.hpp"
#include "smtp/parameter.hpp"
#include "smtp/path.hpp"

namespace serve {

namespace {

/// Nothing: there is none, or none that SMTP could carry.
std::optional<smtp::Path> original(const spool::Recipient& recipient) {
  const auto asked = smtp::parse_rcpt_parameters(recipient.parameters);
  if (!asked) return std::nullopt;
  const auto plain = smtp::decode_original(asked->original);
  if (!plain) return std::nullopt;
  const auto path = smtp::parse_path(plain->address);
  return path ? std::optional(*path) : std::nullopt;
}

bool leads_to(const AccountPolicy& policy, const smtp::Path& from, const std::string& address) {
  if (!policy.is_local_domain(from.domain)) return false;
  const auto who = policy.expand(from.local, from.domain);
  for (const auto* names : {&who.users, &who.addresses, &who.unknown, &who.places}) {
    if (std::find(names->begin(), names->end(), address) != names->end()) return true;
  }
  return false;
}

}  // namespace

std::string with_original(const spool::Recipient& recipient) {
  auto asked = smtp::parse_rcpt_parameters(recipient.parameters);
  if (!asked) return {};
  if (asked->original.empty()) asked->original = smtp::original_of(recipient.address);
  return smtp::to_words(*asked);
}

std::string written_to(const spool::Envelope& envelope, const std::string& address,
                       const AccountPolicy* policy, const std::string& hostname) {
  if (!envelope.expanded || policy == nullptr) return address;
  const auto& all = envelope.recipients;
  const auto recipient =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.address == address; });
  const auto from = recipient == all.end() ? std::nullopt : original(*recipient);
  if (from && leads_to(*policy, *from, address)) return smtp::to_string(*from);
  // The name of a program or file in the queue (smtp::Place) is nobody's business.
  const bool place = address.starts_with('|');
  auto name = place ? address.substr(1, address.rfind(':') - 1) : address;
  if (const auto at = place ? name.rfind('%') : name.npos; at != name.npos) name[at] = '@';
  return name.find('@') == std::string::npos ? name + "@" + hostname : name;
}

}  // namespace serve

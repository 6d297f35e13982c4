#include "header/submission.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

#include "base/ascii.hpp"
#include "header/address.hpp"
#include "header/field.hpp"
#include "header/stale_fields.hpp"

namespace header {

namespace {

bool is_destination(std::string_view name, bool resent) {
  constexpr std::string_view prefix = "Resent-";
  if (resent != base::istarts_with(name, prefix)) return false;
  if (resent) name.remove_prefix(prefix.size());
  return base::iequals(name, "To") || base::iequals(name, "Cc") || base::iequals(name, "Bcc");
}

/// False for what no server would take for an address, or each for another one.
bool can_be_sent_to(const Address& address) {
  return !address.local.empty() && std::none_of(address.domain.begin(), address.domain.end(), [](char c) {
    return base::is_control(c) || std::string_view(" @<>()\",;\\").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string complete_header(std::string_view head, const Missing& missing) {
  std::string out;
  const auto fields = parse_fields(head, SIZE_MAX);
  const bool ends_line = head.empty() || head.ends_with('\n');
  for (const auto& field : fields) {
    const bool hidden =
        base::iequals(field.name, "Bcc") || base::iequals(field.name, "Resent-Bcc") || is_stale(field.name);
    if (!hidden) out += field.text;
  }
  if (!ends_line && !out.empty() && !out.ends_with('\n')) out += '\n';
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty() && find(fields, name) == nullptr) out += std::string(name) + ": " + value + "\n";
  };
  add("From", missing.from);
  add("Date", missing.date);
  add("Message-ID", missing.message_id);
  return out;
}

base::Result<std::vector<std::string>> header_recipients(std::string_view head) {
  const auto fields = parse_fields(head, SIZE_MAX);
  const bool resent = std::any_of(fields.begin(), fields.end(),
                                  [](const Field& field) { return is_destination(field.name, true); });
  std::vector<std::string> out;
  std::set<std::string> known;
  for (const auto& field : fields) {
    if (!is_destination(field.name, resent)) continue;
    for (const auto& address : parse_addresses(field.body, SIZE_MAX)) {
      if (address.kind != Address::Kind::mailbox) continue;
      if (!can_be_sent_to(address)) {
        return base::fail(base::Exit::data, std::string(field.name) + ": '" +
                                                base::printable(unfold(field.body), 200) +
                                                "' holds something that is no address");
      }
      auto mailbox = to_mailbox(address);
      if (known.insert(mailbox).second) out.push_back(std::move(mailbox));
    }
  }
  return out;
}

std::size_t count_fields(std::string_view head, std::string_view name) {
  std::size_t out = 0;
  while (const auto field = take_field(head)) out += base::iequals(field->name, name) ? 1 : 0;
  return out;
}

}  // namespace header

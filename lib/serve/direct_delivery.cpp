#include "serve/direct_delivery.hpp"

#include <unistd.h>

#include <algorithm>
#include <map>

#include "base/ascii.hpp"
#include "fs/stream.hpp"
#include "header/address.hpp"
#include "header/address_field.hpp"
#include "header/date.hpp"
#include "header/field.hpp"
#include "header/submission.hpp"
#include "serve/clock.hpp"
#include "serve/delivery_copies.hpp"
#include "serve/submit.hpp"
#include "smtp/path.hpp"

namespace serve {

namespace {

constexpr std::size_t reason_limit = 1000;  // octets

base::Result<std::string> checked(const std::string& address) {
  TRY_ASSIGN(const auto path, smtp::parse_path(address));
  return smtp::to_string(path);
}

base::Result<std::string> reverse_path(std::string_view head, const std::optional<std::string>& sender) {
  if (sender) return sender->empty() || *sender == "<>" ? std::string() : checked(*sender);
  const auto fields = header::parse_fields(head);
  for (const char* name : {"Sender", "From"}) {
    const auto* field = header::find(fields, name);
    if (field == nullptr) continue;
    for (const auto& address : header::parse_addresses(field->body)) {
      if (address.kind == header::Address::Kind::mailbox) return checked(header::to_mailbox(address));
    }
  }
  return base::fail(base::Exit::usage, "the message names no author: say --from");
}

base::Result<std::vector<spool::Recipient>> forward_paths(const std::vector<std::string>& named) {
  std::string list;
  for (const auto& one : named) list += (list.empty() ? "" : ", ") + one;
  TRY_ASSIGN(const auto field, header::address_field("To", list));
  TRY_ASSIGN(const auto addresses, header::header_recipients(field));
  std::vector<spool::Recipient> out;
  for (const auto& address : addresses) {
    // A name alone is a user of this host.
    const bool bare = address.find('@') == std::string::npos && !base::iequals(address, "postmaster");
    TRY_ASSIGN(auto path, checked(bare ? address + "@here" : address));
    if (bare) path.resize(path.rfind('@'));
    out.push_back({std::move(path)});
  }
  return out;
}

Attempt trouble(const base::Error& error) {
  return {Outcome::deferred, "4.3.0", error.what, {}};
}

Attempt locally(LocalDelivery& local, const AccountPolicy& policy, const spool::Message& message,
                const std::string& address) {
  const auto who =
      policy.expand(std::string_view(address).substr(0, address.rfind('@')), smtp::domain_of(address));
  const bool one = who.size() == 1 && who.users.size() == 1;
  if (who.is_alias && !one) return {Outcome::failed, "5.7.1", "a list of recipients needs the spool", {}};
  const auto* account = one ? policy.account_of(who.users[0]) : nullptr;
  if (account == nullptr) return {Outcome::failed, "5.1.1", "no such user here", {}};
  const auto attempt = local.deliver(message, {who.users[0], *account, address, &policy});
  return attempt ? *attempt : trouble(attempt.error());
}

base::Exit exit_of(const Attempt& attempt) {
  if (attempt.outcome == Outcome::delivered) return base::Exit::ok;
  if (attempt.outcome == Outcome::deferred) return base::Exit::temporary;
  const std::string_view status = attempt.status;
  constexpr std::pair<std::string_view, base::Exit> rows[] = {
      {"5.1.2", base::Exit::no_host}, {"5.4.4", base::Exit::no_host},     {"5.1.3", base::Exit::data},
      {"5.1.7", base::Exit::data},    {"5.1.8", base::Exit::data},        {"5.1.", base::Exit::no_user},
      {"5.2.1", base::Exit::no_user}, {"5.2.3", base::Exit::data},        {"5.3.4", base::Exit::data},
      {"5.6.", base::Exit::data},     {"5.7.", base::Exit::not_permitted}};
  for (const auto& [start, code] : rows) {
    if (status.starts_with(start)) return code;
  }
  return base::Exit::unavailable;
}

}  // namespace

base::Result<spool::Message> take_message(int descriptor, const std::string& hostname,
                                          const std::optional<std::string>& sender,
                                          const std::vector<std::string>& recipients) {
  spool::Message out;
  TRY_ASSIGN(out.envelope.recipients, forward_paths(recipients));
  Handed message(descriptor);
  std::string rest;
  TRY_ASSIGN(const auto head, read_header(message, rest));
  TRY_ASSIGN(out.envelope.sender, reverse_path(head, sender));
  const auto id = std::to_string(now_microseconds()) + "." + std::to_string(getpid());
  const auto first = header::complete_header(
      head, {out.envelope.sender, header::format_date(now_seconds()), "<" + id + "@" + hostname + ">"});
  TRY_ASSIGN(out.file, fs::temporary_file());
  std::uint64_t length = 0;
  TRY(copy_lines(message, first + (rest.empty() ? "\n" : rest), false,
                 [&](std::string_view text) -> base::Result<void> {
                   length += text.size();
                   return fs::write_all(out.file.get(), text);
                 }));
  out.envelope.length = length;
  return out;
}

std::vector<Attempt> deliver_directly(const DeliveryConfig& config, const AccountPolicy& policy,
                                      const std::optional<smtp::Route>& host, const spool::Message& message,
                                      Remote& remote) {
  const auto& recipients = message.envelope.recipients;
  LocalDelivery local(config.local);
  const Copies copies(policy, message.envelope, config.local.subaddress);
  std::vector<Attempt> out(recipients.size());
  std::map<Destination, std::vector<std::size_t>> elsewhere;
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    const auto& address = recipients[i].address;
    const auto domain = smtp::domain_of(address);
    if (host && domain.empty() && address != "postmaster") {
      out[i] = {Outcome::failed, "5.1.3", "an address at another host has a domain", {}};
    } else if (host) {
      elsewhere[{Destination::Kind::route, smtp::to_string(*host)}].push_back(i);
    } else if (domain.empty() || policy.is_local_domain(domain)) {
      if (copies.is_spare(i)) continue;
      out[i] = locally(local, policy, message, address);
      for (const auto spare : copies.spare_for(i)) out[spare] = out[i];
    } else if (const auto destination = policy.destination_of(domain)) {
      elsewhere[*destination].push_back(i);
    } else {
      out[i] = {Outcome::failed, "5.4.4", "no route to " + std::string(domain), {}};
    }
  }
  for (const auto& [where, places] : elsewhere) {
    std::vector<spool::Recipient> addresses;
    for (const auto place : places) addresses.push_back(recipients[place]);
    const auto attempts = remote.deliver(where, message, addresses);
    for (std::size_t i = 0; i < places.size(); ++i)
      out[places[i]] = attempts ? attempts->at(i) : trouble(attempts.error());
  }
  return out;
}

base::Exit exit_of(const std::vector<Attempt>& attempts) {
  auto out = base::Exit::ok;
  for (const auto& attempt : attempts) {
    const auto one = exit_of(attempt);
    if (one == base::Exit::temporary) return one;
    if (out == base::Exit::ok) out = one;
  }
  return out;
}

std::string describe(std::string_view recipient, const Attempt& attempt) {
  const char* const outcome = attempt.outcome == Outcome::delivered ? "accepted"
                              : attempt.outcome == Outcome::failed  ? "failed"
                                                                    : "deferred";
  return base::printable(std::string(recipient) + ": " + outcome + " " + attempt.status + " by " +
                             (attempt.host.empty() ? "this host" : attempt.host) + ": " + attempt.reason,
                         reason_limit);
}

}  // namespace serve

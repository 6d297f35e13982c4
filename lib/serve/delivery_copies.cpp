#include "serve/delivery_copies.hpp"

#include "serve/delivery_lane.hpp"
#include "serve/home_instructions.hpp"
#include "smtp/path.hpp"

namespace serve {

using spool::Status;

Copies::Copies(const AccountPolicy& policy, const spool::Envelope& envelope, const std::string& subaddress) {
  const auto& recipients = envelope.recipients;
  // Of what aliases stood for each is there once.
  if (recipients.size() == 1 || envelope.expanded) return;
  std::set<std::string> had;                 // mailboxes
  std::map<std::size_t, std::string> to_do;  // recipients, and their mailboxes
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    const auto& address = recipients[i].address;
    if (recipients[i].status == Status::fail) continue;
    const auto domain = smtp::domain_of(address);
    if (!domain.empty() && !policy.is_local_domain(domain)) {
      named_.insert(address);
      continue;
    }
    const auto [who, user] = whom(policy, envelope, address);
    // An alias may have led elsewhere then.
    if (recipients[i].status == Status::done && who.is_alias) continue;
    if (!who.list.empty()) named_.insert(policy.list_of(who).address);
    if (!user) continue;
    const auto extension = extension_of(address, *user, subaddress);
    if (extension.empty()) named_.insert(*user);
    const auto mailbox = extension.empty() ? *user : *user + "\n" + extension;
    if (recipients[i].status == Status::todo) to_do.emplace(i, mailbox);
    // Its turn may have ended before the others were marked.
    if (recipients[i].status == Status::done) had.insert(mailbox);
  }
  std::map<std::string, std::size_t> first;
  for (const auto& [recipient, mailbox] : to_do) {
    const auto [at, is_first] = first.emplace(mailbox, recipient);
    if (had.contains(mailbox)) {
      done_.insert(recipient);
    } else if (!is_first) {
      spare_.insert(recipient);
      spares_[at->second].push_back(recipient);
    }
  }
}

const std::vector<std::size_t>& Copies::spare_for(std::size_t recipient) const {
  static const std::vector<std::size_t> nobody;
  const auto found = spares_.find(recipient);
  return found == spares_.end() ? nobody : found->second;
}

}  // namespace serve

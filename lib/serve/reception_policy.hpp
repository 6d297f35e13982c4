// What one client may do: the accounts' answers, and what the site says about this client, its name, senders
// and recipients, and how often it may come.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/rates.hpp"
#include "serve/access.hpp"
#include "serve/account_policy.hpp"
#include "serve/dns_checks.hpp"
#include "serve/full_mailboxes.hpp"
#include "serve/greylist.hpp"
#include "smtp/server.hpp"

namespace serve {

struct RateLimits {  // in a minute and from one source; 0: no limit
  std::uint64_t messages = 0;
  std::uint64_t recipients = 0;
};

struct Client {
  std::string address;
  bool trusted = false;     // rates and checks of its name do not bind it
  bool check_helo = false;  // its name must be one that could be in the DNS, or an address literal
};

/// What is found out about a client that is neither trusted nor a user; each may be null.
struct Screens {
  DnsChecks* dns = nullptr;
  const Greylist* greylist = nullptr;
};

/// Whether HELO names a host as RFC 5321 section 4.1.4 wants it: a name of two labels or more, not all digits
/// at its end, or an address in brackets.
bool is_good_helo(std::string_view name);

class ReceptionPolicy : public smtp::Policy {
 public:
  /// All but the client stay where they are; `rates` may be null.
  ReceptionPolicy(const AccountPolicy& accounts, const Access& access, const net::Rates* rates,
                  RateLimits limits, Client client, Screens screens = {});

  void keep_mail_in(std::string spool) { spool_ = std::move(spool); }
  /// It stays where it is.
  void look_for(const FullMailboxes& full) { full_ = &full; }

  bool is_local_domain(std::string_view domain) const override;
  bool has_user(std::string_view local) const override;
  std::optional<std::string> mailbox_of(std::string_view local, std::string_view domain) const override;
  std::optional<std::vector<std::string>> members_of(std::string_view local,
                                                     std::string_view domain) const override;
  std::optional<std::string> moved_to(const smtp::Path& recipient) const override;
  bool has_route(std::string_view domain) const override;
  std::uint64_t now() const override;
  std::string first_domain() const override { return accounts_.first_domain(); }
  bool takes_no_mail(std::string_view domain) const override;
  /// Of the file system that messages go to, once that is known.
  bool has_room(std::uint64_t octets) const override;
  /// While more than a tenth of it is free: what is held back stays there for days.
  bool has_room_to_hold() const override;
  std::string login_of(const std::string& name) const override { return accounts_.login_of(name); }
  bool may_send_as(std::string_view user, const smtp::Path& sender) const override;
  std::optional<smtp::Reply> refusal(smtp::Subject subject, std::string_view text,
                                     const smtp::Standing& standing) const override;

 private:
  std::optional<smtp::Reply> over_rate(smtp::Subject subject) const;
  std::optional<smtp::Reply> screened(smtp::Subject subject, std::string_view text,
                                      const smtp::Standing& standing, bool allowed) const;
  std::optional<smtp::Reply> no_room(const smtp::Path& recipient, std::uint64_t size) const;
  std::optional<smtp::Reply> too_early(std::string_view recipient, std::string_view sender) const;

  const AccountPolicy& accounts_;
  const Access& access_;
  const net::Rates* rates_;
  RateLimits limits_;
  Client client_;
  std::string spool_;
  Screens screens_;
  const FullMailboxes* full_ = nullptr;
  std::optional<Ruling> ruling_;  // on the client; an `ok` settles everything
};

}  // namespace serve

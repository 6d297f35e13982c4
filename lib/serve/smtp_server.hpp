// An SMTP conversation on a wire, its messages into the spool.
#pragma once

#include <string>

#include "auth/accounts.hpp"
#include "base/result.hpp"
#include "net/peer.hpp"
#include "net/wire.hpp"
#include "serve/login.hpp"
#include "smtp/routes.hpp"
#include "smtp/server.hpp"

namespace serve {

struct Reception {
  smtp::ServerConfig server;
  std::string spool;
  net::Peer peer;
  std::size_t max_hops = 100;  // Received fields, RFC 5321 section 6.3
  const Gate* gate = nullptr;  // who checks logins; nobody may log in without one
};

/// Whether mail for an address is ours, by the accounts; mail for postmaster goes to the user named so.
class AccountPolicy : public smtp::Policy {
 public:
  AccountPolicy(const auth::Accounts& accounts, std::string postmaster, smtp::Routes routes = {});
  bool is_local_domain(std::string_view domain) const override;
  bool has_user(std::string_view local) const override;
  bool has_route(std::string_view domain) const override;

  /// The user who gets mail for this local part.
  std::optional<std::string> user_of(std::string_view local) const;
  const auth::Account* account_of(const std::string& user) const { return accounts_.find(user); }

 private:
  const auth::Accounts& accounts_;
  std::string postmaster_;
  smtp::Routes routes_;
};

/// Until the client quits, is silent too long, or goes away. 250 is only said after the spool's commit.
base::Result<int> receive(net::Wire& wire, const Reception& reception, const smtp::Policy& policy);

}  // namespace serve

#include "serve/login_user.hpp"

#include "serve/account_policy.hpp"

namespace serve {

base::Result<std::string> login_user(const proc::Options& given, const std::vector<auth::User>& users,
                                     const std::string& name) {
  const auto domain = smtp::domain_of(name);
  if (domain.empty()) return name;
  auto accounts = auth::Accounts::load_domains(given.get("domains"));
  // As where check-password serves other programs than ours.
  if (!accounts && accounts.error().code == base::Exit::no_input) return name;
  TRY(accounts);
  const auto address = login_address(name);
  if (!address || !accounts->is_local_domain(address->domain)) return name;
  accounts->add(users);
  TRY_ASSIGN(const auto policy, AccountFiles::read_names(given, std::move(*accounts), *address));
  return policy.login_of(name);
}

}  // namespace serve

// Whose mail is ours and where other mail goes: the files `domains`, `users`, `aliases` and `routes` as the
// SMTP machine and the delivery ask about them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/accounts.hpp"
#include "base/result.hpp"
#include "fs/stamp.hpp"
#include "proc/become.hpp"
#include "proc/options.hpp"
#include "serve/access.hpp"
#include "serve/addresses.hpp"
#include "serve/exchangers.hpp"
#include "serve/mailing_list.hpp"
#include "smtp/lists.hpp"
#include "smtp/routes.hpp"
#include "smtp/server.hpp"
#include "smtp/srs.hpp"

namespace serve {

/// What happens to mail on its way through an alias.
struct ForwardingRules {
  std::optional<smtp::Srs> srs = {};  // nothing: senders stay as they are
  smtp::Lists lists = {};
  std::optional<proc::Identity> alias_user = {};  // who starts programs and writes files that aliases name
};

/// The address that somebody logs in by; nothing: the name is none. A path by way of other hosts is no name.
std::optional<smtp::Path> login_address(const std::string& name);

class AccountPolicy : public smtp::Policy {
 public:
  AccountPolicy() = default;
  /// `postmaster`: the user, or an address of one, who gets the mail for postmaster (RFC 5321 section 4.5.1).
  AccountPolicy(auth::Accounts accounts, const std::string& postmaster, smtp::Routes routes = {},
                AddressRules rules = {}, ForwardingRules forwarding = {});

  bool is_local_domain(std::string_view domain) const override;
  bool has_user(std::string_view local) const override;
  std::optional<std::string> mailbox_of(std::string_view local, std::string_view domain) const override;
  std::optional<std::vector<std::string>> members_of(std::string_view local,
                                                     std::string_view domain) const override;
  bool has_route(std::string_view domain) const override;
  /// Its route is a dot, as in a null MX (RFC 7505).
  std::string first_domain() const override { return addresses_.accounts().first_domain(); }
  bool takes_no_mail(std::string_view domain) const override;
  /// A user's own addresses, at any local domain, aliases of that user alone, and the null reverse-path.
  bool may_send_as(std::string_view user, const smtp::Path& sender) const override;
  /// A user's name is his, and at a local domain it is so as well, unless an alias for that very address says
  /// whose else it is; an alias for one user alone is that user. What stands for more than itself (a
  /// subaddress, postmaster, a whole domain) is nobody: like a name that nobody has, it loses its domain, so
  /// that both forms of every name are treated alike. A user's name is in lower case.
  std::string login_of(const std::string& name) const override;

  /// The address of the alias or user that mail for this one goes to: a subaddress without its extension.
  std::string without_extension(std::string_view address) const;
  /// Every address that this one may be a subaddress of: the one above for a local address; for any other, as
  /// its host does not say, all that are shorter by an extension.
  std::vector<std::string> without_extensions(std::string_view address) const;
  /// The user of this local part, which may be quoted, whatever the aliases say.
  std::optional<std::string> user_of(std::string_view local) const;
  /// Everybody who gets mail for a local address; its local part may be quoted. A sender that was rewritten
  /// here stands for the one that it was made of.
  Expansion expand(std::string_view local, std::string_view domain) const;

  /// The reverse-path for a message that goes on to another domain: rewritten (smtp/srs.hpp) unless it is
  /// ours, and so may come from here, or null.
  std::string forwarding_sender(const std::string& sender) const;
  /// The reply that turns a local recipient's mail away: what was rewritten here takes bounces alone, and a
  /// list may be closed.
  std::optional<smtp::Reply> refusal_of(const smtp::Path& recipient, std::string_view sender) const;
  /// Of an Expansion that is a list.
  MailingList list_of(const Expansion& who) const;
  /// Whether a message with that reverse-path, which is not null, may be posted to it.
  bool may_post(const Expansion& list, std::string_view sender) const;

  /// A program or file of the aliases, by the name that it has in the queue; null: there is none.
  const smtp::Target* find_place(std::string_view name) const { return addresses_.find_place(name); }
  const std::optional<proc::Identity>& alias_user() const { return forwarding_.alias_user; }
  /// Exit::configuration: aliases name programs or files, this process is root, and alias-user is nobody, or
  /// root.
  base::Result<void> check_alias_user() const;
  const auth::Account* account_of(const std::string& user) const { return addresses_.accounts().find(user); }
  std::optional<smtp::Route> route_to(std::string_view domain) const;
  /// Its route, or what the DNS says of it; nothing: it has no way out.
  std::optional<Destination> destination_of(std::string_view domain) const;
  void relay_by_mx(bool yes) { by_mx_ = yes; }

  /// Exit::configuration: the mail for postmaster, and so every bounce that cannot be returned, would go
  /// nowhere.
  base::Result<void> check_postmaster() const;
  /// Addresses::dangling(): what is no error, as users go and their aliases stay.
  auto dangling_aliases() const { return addresses_.dangling(); }
  const auto& users() const { return addresses_.accounts().users(); }
  /// Exit::configuration: the catch-all is for a name that nobody has.
  base::Result<void> check_catch_all() const;

 private:
  std::string postmaster_;  // as configured
  std::string user_;        // without its domain, if that is local
  std::optional<smtp::Path> bounce_to(std::string_view local, std::string_view domain) const;

  Addresses addresses_;
  smtp::Routes routes_;
  bool by_mx_ = false;  // what has no route
  ForwardingRules forwarding_;
};

/// The files, read again when they change: accounts come and go without a restart.
class AccountFiles {
 public:
  /// Reads them as the options say; files of routes, aliases, access and lists need not exist.
  /// Exit::configuration: one is wrong or not whole, or postmaster is nobody.
  static base::Result<AccountFiles> load(const proc::Options& given);

  /// These and the aliases that `address` may lead to, for login_of() of it: nothing else needs to be right,
  /// or there.
  static base::Result<AccountPolicy> read_names(const proc::Options& given, auth::Accounts accounts,
                                                const smtp::Path& address);

  /// Stays at its place as long as this object does.
  const AccountPolicy& policy() const { return content_.policy; }
  const Access& access() const { return content_.access; }

  /// Looks at the files' times and sizes. While a changed one is wrong, empty or gone, the old content counts
  /// and the log says why, once; and while one is being written, without a word.
  void refresh();

  /// What a person should look at, with file and line, though mail is served: aliases that lead to nobody,
  /// and, with the user, a quota of his own that is none: his mail waits.
  std::vector<std::string> warnings() const;

  /// Grows when the content changes.
  std::uint64_t generation() const { return generation_; }

 private:
  struct Content {
    AccountPolicy policy;
    Access access;
  };
  base::Result<Content> read();
  /// `aliases`: what that file says.
  base::Result<AddressRules> read_rules(const std::string& aliases, const smtp::Aliases::Wanted& wanted = {});
  base::Result<ForwardingRules> read_forwarding() const;
  std::vector<std::string> own_paths() const;
  static std::vector<fs::Stamp> look(const std::vector<std::string>& paths);
  base::Result<void> check_still_there(const std::vector<fs::Stamp>& now) const;

  std::string domains_, users_, routes_, aliases_, access_, postmaster_, subaddress_, catch_all_;
  bool by_mx_ = false;
  std::string lists_, srs_secret_, srs_domain_;
  std::optional<proc::Identity> alias_user_;
  std::vector<std::string> included_;  // by the aliases
  std::vector<fs::Stamp> seen_;
  std::vector<fs::Stamp> held_;  // of its own, when the content was read
  Content content_;
  std::uint64_t generation_ = 0;
};

}  // namespace serve

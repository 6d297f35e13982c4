// Who gets the mail for a local address: aliases, users, subaddresses (user+ext), whole domains, postmaster
// and a catch-all, in this order for each name that the address can stand for, the longest first. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/accounts.hpp"
#include "smtp/aliases.hpp"

namespace serve {

struct AddressRules {
  smtp::Aliases aliases = {};
  std::string subaddress = "+-";             // what may stand between user and extension; empty: nothing
  std::optional<smtp::Path> catch_all = {};  // who gets what nobody else does
};

/// Everybody that one local address stands for, each once.
struct Expansion {
  std::vector<std::string> users;
  std::vector<std::string> addresses;  // of other domains
  std::vector<std::string> unknown;    // local names that are nobody's
  std::vector<std::string> places;     // names of programs and files, as smtp::Place has them
  std::vector<std::string> lists;      // addresses of lists that stand in this one
  std::string list;                    // the key of the mailing list that it is; empty: none
  bool is_alias = false;
  bool only(std::string_view user) const;
  std::size_t size() const {
    return users.size() + addresses.size() + unknown.size() + places.size() + lists.size();
  }
};

class Addresses {
 public:
  Addresses() = default;
  /// `postmaster`: the name or local address of who gets mail for postmaster, unless an alias says it.
  Addresses(auth::Accounts accounts, std::string postmaster, AddressRules rules);

  const auth::Accounts& accounts() const { return accounts_; }

  /// Whose name it is by itself, without aliases and catch-alls; `local` without quotes, in any case.
  std::optional<std::string> user_of(std::string_view local) const;

  /// Whether a user or an alias has this very name there, without extension: not as postmaster, nor as one of
  /// a whole domain, nor as what nobody else has.
  bool is_named(std::string_view local, std::string_view domain) const;

  /// Whom that address, at a local domain, logs in: AccountPolicy::login_of().
  std::string login_at(std::string_view local, std::string_view domain) const;
  /// It follows so many aliases, and of them it looks for none but those of these keys: of the address, and
  /// of the one target of each.
  static constexpr int login_steps = 10;
  static std::vector<std::string> login_keys(const smtp::Path& address, std::string_view subaddress);

  /// Whether what nobody else has would go to a local name that nobody has either: all of it would be taken,
  /// and returned to senders that may be forged.
  bool catches_for_nobody() const;

  /// Whether the character may stand between a user's name and an extension.
  bool begins_extension(char c) const { return rules_.subaddress.find(c) != std::string::npos; }

  /// Aliases that name somebody at a local domain who is nobody, and those that lead to nobody at all: the
  /// line of each, and what is wrong, in their order.
  std::vector<std::pair<std::size_t, std::string>> dangling() const;

  /// The name that the alias or user has who gets it, in lower case: the whole of it for a name that is
  /// known.
  std::string without_extension(std::string_view local, std::string_view domain) const;

  /// What tells this address from others: two with the same get one copy. Nothing: nobody has it.
  std::optional<std::string> mailbox_of(std::string_view local, std::string_view domain) const;

  /// Aliases of aliases are followed; one that leads back is left out, and a user in his own alias is the
  /// user. An alias NAME with an alias owner-NAME is a mailing list: inside another it stays one.
  Expansion expand(std::string_view local, std::string_view domain) const;

  /// The key of the mailing list at that address, without looking at its members; empty: it is none.
  std::string list_at(std::string_view local, std::string_view domain) const;

  /// Whether mail for that address, local or not, goes to nobody but who is in `group` too.
  bool is_among(const Expansion& group, const smtp::Path& address) const;

  /// The address of a list, and of its owner.
  std::string list_address(std::string_view key) const;
  std::string list_owner(std::string_view key) const;

  const smtp::Target* find_place(std::string_view name) const { return rules_.aliases.find_place(name); }
  bool has_places() const { return rules_.aliases.has_places(); }

 private:
  struct Owner {
    const smtp::Alias* alias = nullptr;
    std::string key;   // of the alias
    std::string user;  // if it is none
  };
  std::optional<Owner> find(std::string_view local, std::string_view domain) const;
  std::optional<Owner> find_name(const std::string& name, std::string_view domain) const;
  std::optional<Owner> alias(const std::string& key) const;
  bool is_list(std::string_view key) const;
  /// Whose that very name is, or that of an alias, as far as so many lead on from it.
  std::optional<std::string> user_alone(const std::string& name, std::string_view domain,
                                        int steps = login_steps) const;

  auth::Accounts accounts_;
  std::string postmaster_ = "postmaster";
  AddressRules rules_;
  smtp::Alias catch_all_;
};

}  // namespace serve

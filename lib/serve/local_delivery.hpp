// Messages to local users.
#pragma once

#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/accounts.hpp"
#include "base/result.hpp"
#include "proc/options.hpp"
#include "serve/account_policy.hpp"
#include "serve/attempt.hpp"
#include "serve/errand.hpp"
#include "serve/helper_answer.hpp"
#include "serve/user_agent.hpp"
#include "spool/queue.hpp"

namespace serve {

struct LocalMail {
  std::string
      program;  // local-deliver or one with its interface; empty: the same work without starting a program
  std::string configuration;  // handed on to it as TUBEPOST_CONF; may be empty
  std::string hostname;
  ErrandRules rules = {};         // the quota is that of users who have none of their own
  std::string spool = {};         // where what users send on goes; empty: it waits
  std::string subaddress = "+-";  // what may stand between a user's name and an extension
  bool apart = false;             // in a process of its own also where there is nobody to become
};

/// As the keys hostname, maildir, spool, subaddress, max-hops, quota, over-quota, program-timeout,
/// local-deliver and config say.
base::Result<LocalMail> local_mail(const proc::Options& given);

struct LocalRecipient {
  std::string user;
  const auth::Account& account;
  std::string address;
  const AccountPolicy* policy =
      nullptr;              // which domains are local, and as whose mail it goes on; null: as it is
  WhenSlow when_slow = {};  // while what he has instructed, or the program, is waited for
};

class LocalDelivery {
 public:
  explicit LocalDelivery(LocalMail local) : local_(std::move(local)) {}

  /// In a process that has become the user, where this one is root: it stays for the next messages to the
  /// same user. What the user's instructions name is done once, also when some of it has to be tried again,
  /// as long as the message's file holds it. An error is about this host, not about the message.
  base::Result<Attempt> deliver(const spool::Message& message, const LocalRecipient& recipient);

  /// The same, or nothing, and nothing was done: it may take as long as the user likes, because he has
  /// instructions, or a program looks for them.
  base::Result<std::optional<Attempt>> deliver_at_once(const spool::Message& message,
                                                       const LocalRecipient& recipient);

  /// Several messages wait for the disk together: each is written before settle() returns, and what came of
  /// it is what deliver() says of it afterwards. What cannot be done so is left to deliver(): false where
  /// that is seen here.
  bool prepare(const spool::Message& message, const LocalRecipient& recipient);
  void settle();

  /// The same with local-deliver's exit status, without a program.
  LocalReport report(const spool::Message& message, const LocalRecipient& recipient);

 private:
  using Name = std::pair<std::string, std::string>;  // a message's id and the recipient's address
  struct Agent {
    std::string user;
    UserAgent process;
    std::vector<Name> held = {};  // in the order in which it got them
    std::size_t octets = 0;       // of their texts
  };

  base::Result<MailboxRules> rules_for(const LocalRecipient& recipient) const;
  Letter letter_of(const spool::Message& message, const LocalRecipient& recipient, int file) const;
  bool hold(const Letter& letter, const LocalRecipient& recipient, const MailboxRules& rules,
            const Name& name);
  void settle(Agent& agent);
  void note(const std::vector<Name>& names, const std::vector<std::optional<std::string>>& reasons);
  bool is_apart(const LocalRecipient& recipient) const;

  base::Result<LocalReport> hand_over(const Letter& letter, const LocalRecipient& recipient,
                                      const MailboxRules& rules);
  LocalReport follow(const spool::Message& message, const Letter& letter, const LocalRecipient& recipient,
                     const ErrandRules& rules);
  base::Result<void> settle(const spool::Message& message, const Letter& letter,
                            const LocalRecipient& recipient, const ErrandRules& rules, LocalReport& report);
  void note_fullness(const MailboxRules& rules, const std::string& user, const Attempt& attempt) const;
  base::Result<std::optional<LocalReport>> try_once(const spool::Message& message,
                                                    const LocalRecipient& recipient, bool follows);

  /// Puts one that waits at the front; true: it has worked before.
  base::Result<bool> find_agent(const LocalRecipient& recipient, const MailboxRules& rules);
  /// The one at the front, which leaves if it does not deliver.
  base::Result<LocalReport> ask_agent(const Letter& letter);

  LocalMail local_;
  std::list<Agent> agents_;  // the last used one first
  MailboxBatch here_;        // where there is nobody to become
  std::vector<Name> held_here_;
  std::map<Name, LocalReport> prepared_;
};

/// An exit status of local-deliver as an attempt.
Attempt judge_exit(int status);

}  // namespace serve

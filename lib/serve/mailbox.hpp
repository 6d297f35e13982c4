// A message into a Maildir of the user that this process is.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "auth/accounts.hpp"
#include "base/result.hpp"
#include "maildir/deliver.hpp"
#include "maildir/quota.hpp"
#include "serve/letter.hpp"
#include "serve/local_report.hpp"

namespace serve {

struct MailboxRules {
  std::string maildir = "Maildir";  // relative to the home directory
  std::uint64_t max_hops = 100;
  maildir::Quota quota = {};
  bool full_fails = false;  // a mailbox without room: the message goes back at once (5.2.2), or waits (4.2.2)
};

/// Into this Maildir, which is made where it is missing: delivered and on disk, or there is no room for it.
base::Result<Attempt> deliver_to_maildir(const Letter& letter, const std::string& path,
                                         const MailboxRules& rules);

/// Messages into one Maildir that wait for the disk together: it takes one turn of the disk for all where
/// each by itself would take one.
class MailboxBatch {
 public:
  static constexpr std::size_t most = 50;  // messages

  /// Into tmp/ of this Maildir, which is made where it is missing. Delivered: as far as that, and in the
  /// batch. Anything else: it is not.
  base::Result<Attempt> add(const Letter& letter, const std::string& path, const MailboxRules& rules);

  /// Of each, in the order in which they came: it is delivered and on disk, or why not. The batch is empty
  /// afterwards.
  std::vector<base::Result<void>> settle();

 private:
  std::string path_;
  std::vector<maildir::Delivery> written_;
};

/// The work for a user without instructions. One who has some: the report says so, and nothing was done.
/// Failed: the message is in a loop (5.4.6), or over quota. With a batch it is not waited for the disk, and a
/// message that a quota binds is not taken: Exit::unavailable.
LocalReport deliver_to_mailbox(const Letter& letter, const MailboxRules& rules,
                               MailboxBatch* batch = nullptr);

/// As root: becomes the user, whose uid is not 0. Otherwise nothing happens.
base::Result<void> become_account(const auth::Account& account);

/// Exit::temporary: the home is not the user's, or the Maildir is a link or somebody else's.
base::Result<void> check_places(const std::string& home, const std::string& maildir);

/// For a process that does nothing but deliver from now on: only this Maildir, which is made where it is
/// missing, names in the file system, and what is open are left to it.
base::Result<void> confine_to_mailbox(const std::string& home, const std::string& maildir);

}  // namespace serve

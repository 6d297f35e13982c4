// Whose mailbox was full when the last message came for it: an empty file each in the spool's `full/`, which
// whoever delivers makes and removes, and whoever receives looks for and can do nothing else with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "auth/accounts.hpp"
#include "base/result.hpp"
#include "maildir/quota.hpp"
#include "proc/options.hpp"
#include "smtp/server.hpp"

namespace serve {

/// `user` as the name of a file: nothing for one that would be another place than a file in that directory,
/// hidden, or longer than 200 octets. Pure.
std::optional<std::string> name_of_full(const std::string& user);

/// By whoever delivers: makes the file, or makes it young again. The directory is made where it is missing,
/// for the group of the spool, who may pass it and no more.
base::Result<void> note_full(const std::string& spool, const std::string& user);
/// Removes it. None is there: nothing happens.
base::Result<void> note_room(const std::string& spool, const std::string& user);

/// By whoever receives.
class FullMailboxes {
 public:
  FullMailboxes() = default;
  /// As the keys refuse-full, spool, retry, quota and over-quota say. Exit::usage: one is wrong.
  static base::Result<FullMailboxes> load(const proc::Options& given);

  /// The reply to a recipient who is this user: his mailbox was full less than `retry` ago, or a message of
  /// `size` octets (0: not known) is larger than all that it may hold. `now`: seconds since 1970.
  std::optional<smtp::Reply> refusal(const std::string& user, const auth::Account& account,
                                     std::uint64_t size, std::uint64_t now) const;

 private:
  std::string spool_;          // empty: nobody is refused
  std::uint64_t retry_ = 0;    // seconds
  maildir::Quota quota_ = {};  // of users who have none of their own
  bool fails_ = false;         // what has no room is not to be tried again
};

}  // namespace serve

// A message into one local user's Maildir: the work of local-deliver.
#pragma once

#include <functional>
#include <string>

#include "auth/accounts.hpp"
#include "base/result.hpp"

namespace serve {

struct MailboxTarget {
  std::string home;
  std::string maildir;    // relative to home
  std::string hostname;   // for the file's name
  std::string sender;     // Return-Path; empty: null
  std::string recipient;  // Delivered-To
};

/// The next piece of the message; empty at its end.
using NextPiece = std::function<base::Result<std::string>()>;

/// On disk when it returns. Exit::unavailable: the message has been delivered to this address before and is
/// in a loop.
base::Result<void> deliver_to_mailbox(const MailboxTarget& target, const NextPiece& next);

/// As root: becomes the user, whose uid is not 0. Otherwise nothing happens.
base::Result<void> become_account(const auth::Account& account);

/// For a process that does nothing but deliver from now on: only this Maildir, which is made where it is
/// missing, and what is open are left to it.
base::Result<void> confine_to_mailbox(const std::string& home, const std::string& maildir);

}  // namespace serve

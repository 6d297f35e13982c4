#include "serve/mailbox.hpp"

#include <grp.h>
#include <sys/random.h>
#include <unistd.h>

#include <string_view>

#include "maildir/deliver.hpp"
#include "proc/confine.hpp"
#include "serve/clock.hpp"

namespace serve {

namespace {

constexpr std::size_t header_limit = 1 << 20;  // octets that are searched for Delivered-To

/// The message has been here before: it would come again for ever.
bool loops(std::string_view head, const std::string& delivered_to) {
  const auto end = head.find("\n\n");
  const std::string text = "\n" + std::string(head.substr(0, end)) + "\n";
  return text.find("\n" + delivered_to + "\n") != std::string::npos;
}

}  // namespace

base::Result<void> become_account(const auth::Account& account) {
  if (geteuid() != 0 || account.uid == 0) return {};
  if (setgroups(0, nullptr) != 0 || setgid(account.gid) != 0 || setuid(account.uid) != 0) {
    return base::system_error("become the user");
  }
  return {};
}

base::Result<void> confine_to_mailbox(const std::string& home, const std::string& maildir) {
  const auto path = home + "/" + maildir;
  TRY(maildir::make(path));
  return proc::confine({proc::Role::keeper, {}, {path}});
}

base::Result<void> deliver_to_mailbox(const MailboxTarget& target, const NextPiece& next) {
  static unsigned count = 0;
  const std::string delivered_to = "Delivered-To: " + target.recipient;
  std::string head;
  bool more = true;
  while (more && head.size() < header_limit && head.find("\n\n") == std::string::npos) {
    TRY_ASSIGN(const auto piece, next());
    more = !piece.empty();
    head += piece;
  }
  if (loops(head, delivered_to))
    return base::fail(base::Exit::unavailable, "the message is in a loop: " + delivered_to);
  std::uint64_t random = 0;
  if (getrandom(&random, sizeof random, 0) < 0) return base::system_error("getrandom");
  const auto name = maildir::unique_name(now_microseconds(), getpid(), ++count, random, target.hostname);
  TRY_ASSIGN(auto delivery, maildir::Delivery::create(target.home + "/" + target.maildir, name));
  TRY(delivery.write("Return-Path: <" + target.sender + ">\n" + delivered_to + "\n" + head));
  while (more) {
    TRY_ASSIGN(const auto piece, next());
    more = !piece.empty();
    TRY(delivery.write(piece));
  }
  return delivery.commit();
}

}  // namespace serve

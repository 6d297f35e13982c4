#include "serve/mailbox.hpp"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "fs/random.hpp"
#include "maildir/deliver.hpp"
#include "proc/confine.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/home_instructions.hpp"

namespace serve {

namespace {

/// Where a link leads may be another's: by way of a uid that several users share, the mail of one who trusts
/// in his directory's rights.
base::Result<void> check_maildir(const std::string& path) {
  struct stat info = {};
  if (lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return {};
    return base::system_error(path);
  }
  if (S_ISLNK(info.st_mode)) return base::fail(base::Exit::temporary, path + ": is a symbolic link");
  if (!S_ISDIR(info.st_mode)) return base::fail(base::Exit::os, path + ": is no directory");
  if (info.st_uid == geteuid()) return {};
  return base::fail(base::Exit::temporary, path + ": belongs to somebody else");
}

Attempt no_room(maildir::Room room, bool full_fails) {
  if (room == maildir::Room::never)
    return {Outcome::failed, "5.2.3", "the message is larger than the whole mailbox may be", {}};
  if (full_fails) return {Outcome::failed, "5.2.2", "the mailbox is full", {}};
  return {Outcome::deferred, "4.2.2", "the mailbox is full", {}};
}

base::Result<Attempt> deliver(const Letter& letter, const MailboxRules& rules, MailboxBatch* batch) {
  TRY(check_loop(letter, rules.max_hops));
  const auto path = letter.home + "/" + rules.maildir;
  return batch != nullptr ? batch->add(letter, path, rules) : deliver_to_maildir(letter, path, rules);
}

/// Complete in tmp/, perhaps not on disk yet.
base::Result<maildir::Delivery> write_out(const Letter& letter, const std::string& path) {
  static unsigned count = 0;
  TRY_ASSIGN(const auto random, fs::random_number());
  const auto name = maildir::unique_name(now_microseconds(), getpid(), ++count, random, letter.hostname);
  TRY_ASSIGN(auto out, maildir::Delivery::create(path, name));
  TRY(each_piece(letter, [&](std::string_view piece) { return out.write(piece); }));
  return out;
}

}  // namespace

base::Result<void> become_account(const auth::Account& account) {
  if (geteuid() != 0 || account.uid == 0) return {};
  if (setgroups(0, nullptr) != 0 || setgid(account.gid) != 0 || setuid(account.uid) != 0) {
    return base::system_error("become the user");
  }
  return {};
}

base::Result<void> check_places(const std::string& home, const std::string& maildir) {
  TRY(check_home(home));
  return check_maildir(home + "/" + maildir);
}

base::Result<void> confine_to_mailbox(const std::string& home, const std::string& maildir) {
  const auto path = home + "/" + maildir;
  TRY(maildir::make(path));
  return proc::confine({proc::Role::keeper, {}, {path}});
}

base::Result<Attempt> deliver_to_maildir(const Letter& letter, const std::string& path,
                                         const MailboxRules& rules) {
  TRY(check_maildir(path));
  // At most: stale fields are not stored.
  const auto size = letter.length + return_path_line(letter).size() + delivered_to_line(letter).size();
  if (rules.quota != maildir::Quota()) {
    TRY(maildir::make(path));
    TRY_ASSIGN(const auto room, maildir::room_for(path, rules.quota, size, now_seconds()));
    if (room != maildir::Room::enough) return no_room(room, rules.full_fails);
  }
  TRY_ASSIGN(auto delivery, write_out(letter, path));
  TRY(delivery.commit());
  if (rules.quota != maildir::Quota()) maildir::count_in(path, delivery.size());
  return Attempt{Outcome::delivered, "2.0.0", "delivered", {}};
}

base::Result<Attempt> MailboxBatch::add(const Letter& letter, const std::string& path,
                                        const MailboxRules& rules) {
  // What waits here is in no sum yet.
  if (rules.quota != maildir::Quota() || written_.size() == most || (!written_.empty() && path != path_))
    return base::fail(base::Exit::unavailable, "it goes by itself");
  TRY_ASSIGN(auto delivery, write_out(letter, path));
  path_ = path;
  written_.push_back(std::move(delivery));
  return Attempt{Outcome::delivered, "2.0.0", "delivered", {}};
}

std::vector<base::Result<void>> MailboxBatch::settle() {
  std::vector<base::Result<void>> out(written_.size());
  std::vector<std::string> placed(written_.size());
  for (std::size_t i = 0; out.size() > 1 && i < out.size(); ++i) out[i] = written_[i].begin_finish();
  // When the last one's data is there, that of the others mostly is, too: one commit for all.
  for (std::size_t i = out.size(); i-- > 0;) {
    if (out[i]) out[i] = written_[i].finish();
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    auto path = out[i] ? written_[i].place() : base::Result<std::string>(out[i].error());
    out[i] = path ? base::Result<void>() : base::Result<void>(path.error());
    if (path) placed[i] = std::move(*path);
  }
  const auto synced = written_.empty() ? base::Result<void>() : fs::sync_dir(path_ + "/new");
  for (std::size_t i = 0; !synced && i < out.size(); ++i) {
    // Who hears of the error delivers it again.
    if (!placed[i].empty()) unlink(placed[i].c_str());
    if (out[i]) out[i] = synced;
  }
  written_.clear();
  return out;
}

LocalReport deliver_to_mailbox(const Letter& letter, const MailboxRules& rules, MailboxBatch* batch) {
  auto done = check_places(letter.home, rules.maildir);
  if (done && has_instructions(letter.home, letter.extension)) {
    auto report = report_of(base::fail(base::Exit::temporary, "the home directory says where the mail goes"));
    report.has_instructions = true;
    return report;
  }
  const auto attempt = done ? deliver(letter, rules, batch) : base::Result<Attempt>(done.error());
  if (attempt) return report_of(*attempt);
  if (batch != nullptr) return report_of(attempt.error());
  proc::log(letter.id, "mailbox-trouble", {{"user", letter.user}, {"reason", attempt.error().what}});
  return report_of(attempt.error());
}

}  // namespace serve

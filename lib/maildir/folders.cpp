#include "maildir/folders.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "base/utf8.hpp"
#include "fs/fd.hpp"
#include "fs/lock.hpp"
#include "fs/replace_file.hpp"
#include "maildir/deliver.hpp"
#include "maildir/entry.hpp"
#include "maildir/foreign_names.hpp"
#include "maildir/index.hpp"

namespace maildir {

namespace {

constexpr std::size_t name_limit = 200;
constexpr std::size_t file_limit = 4 << 20;
constexpr std::string_view grave_prefix = "tubepost-deleted-";
constexpr const char* lock_name = "/tubepost-folders-lock";

bool is_inbox(std::string_view name) {
  return base::iequals(name, "INBOX");
}

/// IMAP knows INBOX in any case, and only as "INBOX".
bool is_below_inbox_in_other_case(std::string_view name) {
  return base::istarts_with(name, "INBOX.") && !name.starts_with("INBOX.");
}

bool is_link(const std::string& path) {
  struct stat info = {};
  return lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode);
}

bool is_directory(const std::string& path) {
  struct stat info = {};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

base::Result<fs::Fd> lock_mailbox(const std::string& maildir) {
  return fs::wait_for_lock(maildir + lock_name, 60, "another program is changing the folders");
}

base::Result<std::string> read_if_there(const std::string& path) {
  auto text = read_file(path, file_limit);
  if (text) return text;
  if (text.error().code == base::Exit::no_input) return std::string();
  // No message is damaged when this is no file.
  return base::fail(base::Exit::os, text.error().what);
}

bool is_there(const std::string& path) {
  struct stat info = {};
  return lstat(path.c_str(), &info) == 0;
}

/// Another server has worked in it, and nobody here has given out UIDs under its name.
bool is_foreign(const std::string& folder) {
  const auto has = [&](const char* name) { return is_there(folder + name); };
  const bool known = has("/dovecot-uidlist") || has("/dovecot.index.log") || has("/courierimapuiddb");
  return known && !has("/tubepost-index");
}

base::Result<void> replace(const std::string& path, std::string_view text) {
  return fs::replace_file(path + ".new", path, {text}, fs::Durability::full);
}

}  // namespace

base::Result<void> Folders::check_name(std::string_view name) {
  const auto wrong = [&](const char* why) {
    return base::fail(base::Exit::data, "mailbox name '" + base::printable(name, 100) + "': " + why);
  };
  if (name.empty() || name.size() > name_limit) return wrong("1 to 200 octets are allowed");
  if (name.front() == '.' || name.back() == '.' || name.find("..") != std::string_view::npos)
    return wrong("an empty part");
  if (name.find('/') != std::string_view::npos)
    return wrong("no '/' is allowed; levels are separated by '.'");
  if (std::any_of(name.begin(), name.end(), base::is_control)) return wrong("a control character");
  if (!base::is_utf8(name)) return wrong("it is not UTF-8");
  if (is_below_inbox_in_other_case(name)) return wrong("INBOX in upper case is expected");
  return {};
}

std::string Folders::path(std::string_view name) const {
  return is_inbox(name) ? maildir_ : maildir_ + "/." + std::string(name);
}

bool Folders::exists(std::string_view name) const {
  const auto folder = path(name);
  // The Maildir itself may be anywhere; a link in it would lead out of it.
  if (!is_inbox(name) && is_link(folder)) return false;
  return is_directory(folder + "/cur") || is_directory(folder + "/new") || is_directory(folder + "/tmp");
}

base::Result<std::vector<std::string>> Folders::list() const {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(maildir_.c_str()), closedir);
  if (!directory) return base::system_error(maildir_);
  std::vector<std::string> out;
  while (const dirent* item = readdir(directory.get())) {
    const std::string_view name = item->d_name;
    if (name.size() < 2 || name.front() != '.' || name == ".." || !check_name(name.substr(1))) continue;
    if (!is_inbox(name.substr(1)) && exists(name.substr(1))) out.emplace_back(name.substr(1));
  }
  std::sort(out.begin(), out.end());
  out.insert(out.begin(), "INBOX");
  return out;
}

base::Result<void> Folders::create(std::string_view name) const {
  TRY(check_name(name));
  TRY_ASSIGN(const auto lock, lock_mailbox(maildir_));
  if (is_inbox(name) || exists(name))
    return base::fail(base::Exit::cannot_create, "the mailbox exists already");
  if (is_link(path(name)))
    return base::fail(base::Exit::cannot_create, "a symbolic link stands in the mailbox's place");
  TRY(make(path(name)));
  // Courier's mark of a folder below a Maildir; deliveries through it find their way.
  TRY(fs::open(path(name) + "/maildirfolder", O_WRONLY | O_CREAT | O_NOFOLLOW, 0600));
  return fs::sync_dir(maildir_);
}

base::Result<void> Folders::remove(std::string_view name) const {
  TRY(check_name(name));
  if (is_inbox(name)) return base::fail(base::Exit::data, "INBOX cannot be deleted");
  TRY_ASSIGN(const auto lock, lock_mailbox(maildir_));
  if (!exists(name)) return base::fail(base::Exit::no_input, "no such mailbox");
  // Nobody is in the middle of work on it, and who waits for it finds that it is gone.
  TRY_ASSIGN(const auto folder_lock, Index(path(name)).lock());
  // Out of the way at once, whole; what a crash leaves behind is no folder any more.
  const std::string grave = maildir_ + "/" + std::string(grave_prefix) + std::to_string(getpid());
  std::error_code trouble;
  std::filesystem::remove_all(grave, trouble);
  if (std::rename(path(name).c_str(), grave.c_str()) != 0) return base::system_error(path(name));
  TRY(fs::sync_dir(maildir_));
  std::filesystem::remove_all(grave, trouble);
  if (trouble) return base::system_error(grave, trouble.value());
  return {};
}

void Folders::remove_leftovers() const {
  const auto lock = fs::try_lock(maildir_ + lock_name, "");
  if (!lock) return;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(maildir_.c_str()), closedir);
  if (!directory) return;
  while (const dirent* item = readdir(directory.get())) {
    const std::string name = item->d_name;
    std::error_code ignored;
    if (name.starts_with(grave_prefix)) std::filesystem::remove_all(maildir_ + "/" + name, ignored);
  }
}

base::Result<void> Folders::rename(std::string_view from, std::string_view to) const {
  TRY(check_name(from));
  TRY(check_name(to));
  TRY_ASSIGN(const auto lock, lock_mailbox(maildir_));
  const std::string below = std::string(from) + hierarchy_separator;
  TRY_ASSIGN(const auto all, list());
  std::vector<std::string> moving;
  for (const auto& name : all) {
    if (name == from || name.starts_with(below)) moving.push_back(name);
  }
  if (is_inbox(from) || is_inbox(to)) return base::fail(base::Exit::data, "not with INBOX");
  if (moving.empty()) return base::fail(base::Exit::no_input, "no such mailbox");
  if (to.starts_with(below)) return base::fail(base::Exit::data, "a mailbox cannot move below itself");
  for (const auto& name : moving) {
    const auto target = std::string(to) + name.substr(from.size());
    TRY(check_name(target));
    if (exists(target)) return base::fail(base::Exit::cannot_create, "the mailbox exists already");
  }
  std::vector<fs::Fd> locks;
  for (const auto& name : moving) {
    TRY_ASSIGN(auto held, Index(path(name)).lock());
    locks.push_back(std::move(held));
  }
  std::vector<std::pair<std::string, std::string>> done;
  for (const auto& name : moving) {
    const auto target = path(std::string(to) + name.substr(from.size()));
    if (std::rename(path(name).c_str(), target.c_str()) != 0) {
      const auto trouble = base::system_error(path(name));
      for (const auto& [before, after] : done) (void)std::rename(after.c_str(), before.c_str());
      return trouble;
    }
    done.emplace_back(path(name), target);
  }
  return fs::sync_dir(maildir_);
}

base::Result<void> Folders::take_over_names() const {
  TRY_ASSIGN(const auto names, list());
  const auto moves = [&](const std::string& name) {
    const auto meant = foreign_name(name);
    return meant && check_name(*meant) && !is_inbox(*meant) && is_foreign(path(name)) &&
           !is_there(path(*meant));
  };
  if (std::none_of(names.begin(), names.end(), moves)) return {};
  TRY_ASSIGN(const auto lock, lock_mailbox(maildir_));
  for (const auto& name : names) {
    if (!moves(name)) continue;
    const auto meant = *foreign_name(name);
    if (std::rename(path(name).c_str(), path(meant).c_str()) != 0) return base::system_error(path(name));
  }
  return fs::sync_dir(maildir_);
}

base::Result<std::vector<std::string>> Folders::subscriptions() const {
  const std::string own = maildir_ + "/tubepost-subscriptions";
  if (!is_there(own)) {
    TRY_ASSIGN(const auto dovecot, read_if_there(maildir_ + "/subscriptions"));
    if (!dovecot.empty()) return parse_dovecot_subscriptions(dovecot);
    TRY_ASSIGN(const auto courier, read_if_there(maildir_ + "/courierimapsubscribed"));
    return parse_courier_subscriptions(courier);
  }
  TRY_ASSIGN(const auto text, read_if_there(own));
  std::vector<std::string> out;
  for (const auto line : base::split(text, '\n')) {
    if (!line.empty()) out.emplace_back(line);
  }
  return out;
}

base::Result<void> Folders::subscribe(std::string_view name, bool on) const {
  TRY(check_name(name));
  TRY_ASSIGN(const auto lock, lock_mailbox(maildir_));
  TRY_ASSIGN(auto names, subscriptions());
  std::erase(names, name);
  if (on) names.emplace_back(name);
  std::sort(names.begin(), names.end());
  std::string text;
  for (const auto& one : names) text += one + "\n";
  if (text.size() > file_limit)
    return base::fail(base::Exit::unavailable, "the list of subscriptions is full");
  return replace(maildir_ + "/tubepost-subscriptions", text);
}

base::Result<std::uint32_t> Folders::new_validity(std::uint64_t now) const {
  // A lock of its own: the caller holds a folder's, and who changes folders waits for those.
  TRY_ASSIGN(const auto lock, fs::wait_for_lock(maildir_ + "/tubepost-validity-lock", 60,
                                                "another program makes a UIDVALIDITY"));
  TRY_ASSIGN(const auto text, read_if_there(maildir_ + "/tubepost-validity"));
  const auto last = base::parse_number(base::trim(text), UINT32_MAX).value_or(0);
  const auto next = std::max<std::uint64_t>(now, last + 1);
  if (next > UINT32_MAX) return base::fail(base::Exit::unavailable, maildir_ + ": no UIDVALIDITY is left");
  TRY(replace(maildir_ + "/tubepost-validity", std::to_string(next) + "\n"));
  return static_cast<std::uint32_t>(next);
}

}  // namespace maildir

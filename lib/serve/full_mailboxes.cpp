#include "serve/full_mailboxes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "serve/quota_option.hpp"

namespace serve {

namespace {

constexpr std::size_t longest_name = 200;  // octets
constexpr mode_t for_passers = 0710;

std::string directory_of(const std::string& spool) {
  return spool + "/full";
}

base::Result<void> make_directory(const std::string& spool) {
  const auto path = directory_of(spool);
  struct stat info = {};
  if (lstat(path.c_str(), &info) == 0) return {};
  if (stat(spool.c_str(), &info) != 0) return base::system_error(spool);
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return base::system_error(path);
  // Not before it has its group: nobody else's may pass.
  if (chown(path.c_str(), static_cast<uid_t>(-1), info.st_gid) != 0) return base::system_error(path);
  if (chmod(path.c_str(), for_passers) != 0) return base::system_error(path);
  return {};
}

}  // namespace

std::optional<std::string> name_of_full(const std::string& user) {
  const bool plain = std::none_of(user.begin(), user.end(), [](char c) {
    return c == '/' || static_cast<unsigned char>(c) < ' ' || c == 127;
  });
  if (user.empty() || user.size() > longest_name || user.front() == '.' || !plain) return std::nullopt;
  return user;
}

base::Result<void> note_full(const std::string& spool, const std::string& user) {
  const auto name = name_of_full(user);
  if (!name) return {};
  TRY(make_directory(spool));
  const auto path = directory_of(spool) + "/" + *name;
  TRY_ASSIGN(const auto file, fs::open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600));
  return futimens(file.get(), nullptr) == 0 ? base::Result<void>() : base::system_error(path);
}

base::Result<void> note_room(const std::string& spool, const std::string& user) {
  const auto name = name_of_full(user);
  if (!name) return {};
  const auto path = directory_of(spool) + "/" + *name;
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return base::system_error(path);
}

base::Result<FullMailboxes> FullMailboxes::load(const proc::Options& given) {
  FullMailboxes out;
  TRY_ASSIGN(const bool refuses, given.yes("refuse-full"));
  TRY_ASSIGN(out.retry_, given.number("retry", 1, 86'400));
  TRY_ASSIGN(out.quota_, quota_option(given));
  TRY_ASSIGN(out.fails_, full_fails_option(given));
  if (refuses) out.spool_ = given.get("spool");
  return out;
}

std::optional<smtp::Reply> FullMailboxes::refusal(const std::string& user, const auth::Account& account,
                                                  std::uint64_t size, std::uint64_t now) const {
  const auto name = name_of_full(user);
  if (spool_.empty() || !name) return std::nullopt;
  const auto own = account.quota.empty() ? quota_ : maildir::parse_quota(account.quota);
  if (own && own->octets > 0 && size > own->octets)
    return smtp::Reply{552, "5.2.3", {"the message is larger than the whole mailbox may be"}};
  struct stat info = {};
  if (lstat((directory_of(spool_) + "/" + *name).c_str(), &info) != 0) return std::nullopt;
  // A time that is yet to come is a wrong clock's.
  const auto noted = static_cast<std::uint64_t>(info.st_mtim.tv_sec);
  if (noted > now || now - noted >= retry_) return std::nullopt;
  if (fails_) return smtp::Reply{552, "5.2.2", {"the mailbox is full"}};
  return smtp::Reply{452, "4.2.2", {"the mailbox is full"}};
}

}  // namespace serve

#include "serve/imap_quota.hpp"

#include <unistd.h>

#include "maildir/quota.hpp"
#include "maildir/whereabouts.hpp"

namespace serve {

QuotaCount::QuotaCount(const maildir::Folders& folders, const maildir::Folder& folder)
    : maildir_(folders.path("INBOX")),
      folder_(folder),
      counts_(folder.path() != folders.path(maildir::uncounted_folder) &&
              access((maildir_ + "/maildirsize").c_str(), F_OK) == 0) {}

/// As its file's name or its file says. One that another program has just renamed counts as nothing, and the
/// next count puts that right.
std::uint64_t QuotaCount::octets_of(const maildir::Folder& folder, std::uint32_t uid) {
  const auto* record = folder.state().find(uid);
  if (record == nullptr) return 0;
  const auto named = maildir::size_in(record->base);
  return named ? *named : maildir::file_size(folder.path() + maildir::file_of(*record));
}

void QuotaCount::change(std::uint32_t uid, const maildir::Flags& before, const maildir::Flags& after) {
  const bool was = (before.system & maildir::deleted) != 0;
  const bool is = (after.system & maildir::deleted) != 0;
  if (!counts_ || was == is) return;
  (is ? octets_out_ : octets_in_) += octets_of(folder_, uid);
  ++(is ? messages_out_ : messages_in_);
}

void QuotaCount::copied(const maildir::Folder& from, const std::vector<std::uint32_t>& uids) {
  for (const auto uid : uids) {
    const auto* record = counts_ ? from.state().find(uid) : nullptr;
    if (record == nullptr || (record->flags.system & maildir::deleted) != 0) continue;
    octets_in_ += octets_of(from, uid);
    ++messages_in_;
  }
}

void QuotaCount::settle() {
  if (messages_in_ != 0) maildir::count_in(maildir_, octets_in_, messages_in_);
  maildir::count_out(maildir_, octets_out_, messages_out_);
}

}  // namespace serve

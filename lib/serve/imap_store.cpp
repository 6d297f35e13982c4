#include "serve/imap_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "imap/special_use.hpp"
#include "maildir/deliver.hpp"
#include "maildir/entry.hpp"
#include "maildir/folder.hpp"
#include "serve/clock.hpp"
#include "serve/imap_mailbox.hpp"

namespace serve {

namespace {

constexpr std::size_t chunk_size = 64 * 1024;
constexpr std::size_t use_limit = 200;  // octets of the file
constexpr const char* use_file = "/tubepost-use";

/// The octets of `message` from `begin` to before `end`, stored with LF line ends like everything that comes
/// by SMTP. Behind a CR the CRLF stays: what were left of it would be taken for a CRLF.
std::string with_lf(std::string_view message, std::size_t begin, std::size_t end) {
  std::string out;
  out.reserve(end - begin);
  for (std::size_t i = begin; i < end; ++i) {
    const bool ends_line = message[i] == '\r' && i + 1 < message.size() && message[i + 1] == '\n';
    if (!ends_line || (i > 0 && message[i - 1] == '\r')) out += message[i];
  }
  return out;
}

/// What a folder is for stands in a file of its own inside, one word a line: it moves and goes with the
/// folder.
std::string read_uses(const std::string& folder) {
  auto text = maildir::read_file(folder + use_file, use_limit);
  if (!text) return {};
  std::replace(text->begin(), text->end(), '\n', ' ');
  std::string out;
  for (const auto& word : base::words(*text)) {
    const auto use = imap::known_use(word);
    if (!use.empty()) out += (out.empty() ? "" : " ") + std::string(use);
  }
  return out;
}

base::Result<void> write_uses(const std::string& folder, const std::vector<std::string>& uses) {
  std::string text;
  for (const auto& use : uses) text += use + "\n";
  TRY_ASSIGN(const auto file, fs::open(folder + use_file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600));
  TRY(fs::write_all(file.get(), text));
  return fs::sync(file.get(), folder + use_file);
}

}  // namespace

MaildirStore::MaildirStore(std::string maildir, std::string hostname, maildir::Quota quota, Clock clock)
    : maildir_(maildir),
      hostname_(std::move(hostname)),
      quota_(quota),
      clock_(clock),
      folders_(std::move(maildir)) {
  // Before the first client hears of any name; what cannot be renamed keeps the one that it has.
  (void)folders_.take_over_names();
}

base::Result<std::unique_ptr<imap::Mailbox>> MaildirStore::open(const std::string& name, bool read_only) {
  if (!read_only && !cleaned_) folders_.remove_leftovers();
  cleaned_ = cleaned_ || !read_only;
  TRY_ASSIGN(auto folder, open_imap_folder(folders_, name));
  return std::unique_ptr<imap::Mailbox>(
      new MaildirMailbox(std::move(folder), folders_, read_only, hostname_, clock_));
}

base::Result<std::vector<std::string>> MaildirStore::list() {
  return folders_.list();
}
base::Result<std::vector<std::string>> MaildirStore::subscriptions() {
  return folders_.subscriptions();
}
base::Result<void> MaildirStore::subscribe(const std::string& name, bool on) {
  return folders_.subscribe(name, on);
}

base::Result<std::vector<std::string>> MaildirStore::uses(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  bool any = false;
  for (const auto& name : names) {
    out.push_back(read_uses(folders_.path(name)));
    any = any || !out.back().empty();
  }
  // Nobody has said anything: their names do.
  for (std::size_t i = 0; i < names.size() && !any; ++i) out[i] = imap::usual_use(names[i]);
  return out;
}

/// Two mailboxes for one thing would leave clients to guess (RFC 6154 section 2).
base::Result<void> MaildirStore::check_free(const std::vector<std::string>& uses) {
  TRY_ASSIGN(const auto names, list());
  for (const auto& name : names) {
    const auto taken = base::words(read_uses(folders_.path(name)));
    for (const auto& use : uses) {
      if (std::find(taken.begin(), taken.end(), use) != taken.end())
        return base::fail(base::Exit::protocol, "another mailbox is for that already");
    }
  }
  return {};
}

base::Result<void> MaildirStore::create(const std::string& name, const std::vector<std::string>& uses) {
  if (!uses.empty()) TRY(check_free(uses));
  TRY(folders_.create(name));
  TRY(open_imap_folder(folders_, name));
  return uses.empty() ? base::Result<void>() : write_uses(folders_.path(name), uses);
}

base::Result<void> MaildirStore::remove(const std::string& name) {
  return folders_.remove(name);
}

/// All that INBOX holds; returns the UIDs there.
base::Result<std::vector<std::uint32_t>> MaildirStore::copy_all(imap::Mailbox& inbox, const std::string& to) {
  TRY(inbox.refresh());
  auto uids = inbox.outline().uids;
  TRY(inbox.copy(uids, to));
  return uids;
}

/// INBOX stays; its messages go (RFC 3501 section 6.3.5).
base::Result<void> MaildirStore::empty_inbox_into(const std::string& to) {
  TRY_ASSIGN(const auto inbox, open("INBOX", false));
  TRY(create(to, {}));
  const auto uids = copy_all(*inbox, to);
  if (!uids) {
    // Not when somebody else has put a message there meanwhile.
    const auto made = status(to, false);
    if (made && made->messages == 0) (void)remove(to);
    return uids.error();
  }
  TRY(inbox->store(*uids, imap::Change::add, {imap::deleted, {}}, std::nullopt));
  TRY(inbox->expunge(*uids));
  return {};
}

base::Result<void> MaildirStore::rename(const std::string& from, const std::string& to) {
  return from == "INBOX" ? empty_inbox_into(to) : folders_.rename(from, to);
}

base::Result<imap::Status> MaildirStore::status(const std::string& name, bool sizes) {
  TRY_ASSIGN(auto folder, open_imap_folder(folders_, name));
  std::vector<std::uint32_t> claimed;
  TRY(folder.refresh(false, true, claimed));
  imap::Status out;
  out.uid_next = folder.state().uid_next;
  out.validity = folder.state().validity;
  out.highest_modseq = folder.state().modseq;
  out.id = folder.mailbox_id();
  std::vector<std::pair<std::uint32_t, bool>> unknown;
  const auto& rows = folder.rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto entry = rows.at(i);
    if (entry.uid == 0) continue;
    const bool deleted = (entry.system & maildir::deleted) != 0;
    const auto size = folder.size(entry);
    ++out.messages;
    out.recent += folder.is_unclaimed(entry.uid, entry.place) ? 1 : 0;
    out.unseen += (entry.system & maildir::seen) == 0 ? 1 : 0;
    out.deleted += deleted ? 1 : 0;
    out.size += size.value_or(0);
    out.deleted_storage += deleted ? size.value_or(0) : 0;
    if (!size) unknown.emplace_back(entry.uid, deleted);
  }
  if (!sizes || unknown.empty()) return out;
  MaildirMailbox mailbox(std::move(folder), folders_, true, hostname_);
  for (const auto& [uid, deleted] : unknown) {
    const auto size = mailbox.size(uid);
    out.size += size ? *size : 0;
    out.deleted_storage += size && deleted ? *size : 0;
  }
  return out;
}

base::Result<std::optional<imap::QuotaState>> MaildirStore::quota() {
  if (!has_quota()) return std::optional<imap::QuotaState>();
  TRY_ASSIGN(const auto usage, maildir::usage_of(maildir_, quota_, now_seconds()));
  return std::optional(imap::QuotaState{usage.octets, quota_.octets, usage.messages, quota_.messages});
}

base::Result<bool> MaildirStore::has_room(std::uint64_t octets, std::uint64_t messages) {
  if (!has_quota() || (octets == 0 && messages == 0)) return true;
  TRY_ASSIGN(const auto room, maildir::room_for(maildir_, quota_, octets, now_seconds(), messages));
  return room == maildir::Room::enough;
}

base::Result<std::vector<maildir::Delivery>> MaildirStore::deliver_all(
    const std::string& folder, const std::vector<imap::NewMessage>& messages) {
  std::vector<maildir::Delivery> out;
  for (const auto& message : messages) {
    TRY_ASSIGN(const auto file_name, new_imap_name(hostname_));
    TRY_ASSIGN(auto delivery, maildir::Delivery::begin(folder, file_name));
    const auto text = message.text;
    for (std::size_t begin = 0; begin < text.size(); begin += chunk_size)
      TRY(delivery.write(with_lf(text, begin, std::min(begin + chunk_size, text.size()))));
    TRY(delivery.finish());
    out.push_back(std::move(delivery));
  }
  return out;
}

/// Complete in tmp/, each of them, before the first gets its UID.
base::Result<imap::Placed> MaildirStore::append(const std::string& name,
                                                const std::vector<imap::NewMessage>& messages) {
  TRY_ASSIGN(auto folder, open_imap_folder(folders_, name));
  imap::Keywords added;
  for (const auto& one : messages) added.insert(one.flags.keywords.begin(), one.flags.keywords.end());
  TRY(check_imap_keywords(folder, added));
  TRY_ASSIGN(const auto ready, deliver_all(folder.path(), messages));
  imap::Placed placed = {folder.state().validity, {}};
  std::uint64_t octets = 0;
  std::uint64_t counted = 0;
  for (std::size_t i = 0; i < ready.size(); ++i) {
    const auto& one = messages[i];
    const auto uid = folder.adopt(ready[i].path(), ready[i].final_name(), to_maildir(one.flags),
                                  one.date.value_or(now_seconds()), ready[i].wire_size());
    if (!uid) {
      take_back(folder, placed.uids);
      return uid.error();
    }
    placed.uids.push_back(*uid);
    if (!takes_room(name) || (one.flags.system & imap::deleted) != 0) continue;
    octets += maildir::counted_size("/" + ready[i].final_name());
    ++counted;
  }
  // All or none here too: what is taken back was never counted.
  if (counted > 0) maildir::count_in(maildir_, octets, counted);
  return placed;
}

/// The first of several, when a later one could not be stored: all or none (RFC 3502).
void MaildirStore::take_back(maildir::Folder& folder, const std::vector<std::uint32_t>& uids) {
  if (uids.empty()) return;
  const auto marked = folder.change_flags(uids, [](const maildir::Flags& before) {
    auto flags = before;
    flags.system |= maildir::deleted;
    return flags;
  });
  if (marked) (void)folder.expunge(uids);
}

}  // namespace serve

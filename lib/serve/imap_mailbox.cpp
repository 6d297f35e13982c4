#include "serve/imap_mailbox.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "imap/flags.hpp"
#include "maildir/deliver.hpp"
#include "maildir/leftovers.hpp"
#include "maildir/wire_text.hpp"
#include "serve/clock.hpp"
#include "serve/imap_quota.hpp"

namespace serve {

using maildir::count_wire;
using maildir::read_header;
using maildir::read_some;
using maildir::read_wire;

namespace {

constexpr std::size_t chunk_size = 64 * 1024;
constexpr std::uint64_t thorough_after = 30;  // seconds; until then the directories' times are believed

imap::Flags to_imap(const maildir::Flags& flags) {
  return {flags.system, flags.keywords};
}
static_assert(static_cast<unsigned>(imap::seen) == static_cast<unsigned>(maildir::seen) &&
              static_cast<unsigned>(imap::answered) == static_cast<unsigned>(maildir::answered) &&
              static_cast<unsigned>(imap::flagged) == static_cast<unsigned>(maildir::flagged) &&
              static_cast<unsigned>(imap::deleted) == static_cast<unsigned>(maildir::deleted) &&
              static_cast<unsigned>(imap::draft) == static_cast<unsigned>(maildir::draft));

}  // namespace

maildir::Flags to_maildir(const imap::Flags& flags) {
  return {flags.system, flags.keywords};
}

base::Result<std::string> new_imap_name(const std::string& hostname) {
  static unsigned count = 0;
  std::uint64_t random = 0;
  if (getrandom(&random, sizeof random, 0) != sizeof random) return base::system_error("getrandom");
  return maildir::unique_name(now_microseconds(), getpid(), ++count, random, hostname);
}

base::Result<maildir::Folder> open_imap_folder(const maildir::Folders& folders, const std::string& name) {
  TRY(maildir::Folders::check_name(name));
  if (!folders.exists(name)) return base::fail(base::Exit::no_input, "no such mailbox");
  // Other programs make folders too, and leave out what they do not need themselves.
  TRY(maildir::complete(folders.path(name)));
  return maildir::Folder::open(folders.path(name), [&] { return folders.new_validity(now_seconds()); });
}

base::Result<void> check_imap_keywords(const maildir::Folder& folder, const imap::Keywords& added) {
  if (added.empty()) return {};
  const auto before = folder.rows().all_keywords();
  imap::Keywords all(before.begin(), before.end());
  const auto there = all.size();
  all.insert(added.begin(), added.end());
  if (all.size() <= imap::keywords_of_mailbox || all.size() == there) return {};
  return base::fail(base::Exit::unavailable, "a mailbox has at most 1000 keywords");
}

std::uint32_t MaildirMailbox::validity() const {
  return folder_.is_replaced() ? 0 : folder_.state().validity;
}
std::uint32_t MaildirMailbox::uid_next() const {
  return folder_.state().uid_next;
}
std::uint64_t MaildirMailbox::highest_modseq() const {
  return folder_.state().modseq;
}
std::string MaildirMailbox::id() const {
  return folder_.mailbox_id();
}
std::uint64_t MaildirMailbox::now() const {
  return clock_();
}

base::Result<void> MaildirMailbox::refresh() {
  const auto now = now_seconds();
  const bool thorough = now >= looked_ + thorough_after;
  if (!read_only_ && looked_ == 0) maildir::remove_leftovers(folder_.path(), now);
  if (thorough) looked_ = now;
  cache_.flush();
  std::vector<std::uint32_t> claimed;
  TRY(folder_.refresh(!read_only_, thorough, claimed));
  recent_.insert(claimed.begin(), claimed.end());
  take_over(!claimed.empty());
  return {};
}

void MaildirMailbox::rest() {
  cache_.rest();
  folder_.rest();
  std::string().swap(stored_);
}

MaildirMailbox::~MaildirMailbox() {
  tidy();
}

/// Names that follow later are no part of what a client was promised.
void MaildirMailbox::tidy() {
  if (folder_.is_replaced()) return;
  cache_.flush();
  (void)folder_.tidy();
  if (read_only_) return;
  if (std::exchange(lost_some_, false))
    cache_.tidy([this](std::uint32_t uid) { return folder_.rows().position(uid).has_value(); });
}

base::Result<std::string> MaildirMailbox::text(std::uint32_t uid, bool header_only) {
  TRY_ASSIGN(const auto file, folder_.open_message(uid));
  return header_only ? read_header(file.get()) : read_wire(file.get());
}

base::Result<std::string_view> MaildirMailbox::stored(std::uint32_t uid) {
  TRY_ASSIGN(const auto file, folder_.open_message(uid));
  std::size_t length = 0;
  while (true) {
    if (stored_.size() < length + chunk_size) stored_.resize(length + std::max(length, 2 * chunk_size));
    TRY_ASSIGN(const auto got, read_some(file.get(), stored_.data() + length, stored_.size() - length));
    length += got;
    if (got == 0) return std::string_view(stored_).substr(0, length);
  }
}

base::Result<std::uint64_t> MaildirMailbox::size(std::uint32_t uid) {
  const auto there = entry(uid);
  if (const auto known = there ? folder_.size(*there) : std::nullopt) return *known;
  TRY_ASSIGN(const auto file, folder_.open_message(uid));
  TRY_ASSIGN(const auto size, count_wire(file.get()));
  folder_.note_size(uid, size);
  return size;
}

base::Result<std::string> MaildirMailbox::email_id(std::uint32_t uid) {
  const auto there = entry(uid);
  if (!there) return base::fail(base::Exit::no_input, "message " + std::to_string(uid) + " is gone");
  return maildir::Folder::email_id(*there);
}

std::optional<std::string_view> MaildirMailbox::known(std::uint32_t uid, imap::Fact fact) {
  return cache_.get(uid, static_cast<char>(fact));
}

void MaildirMailbox::keep(std::uint32_t uid, imap::Fact fact, std::string_view value) {
  cache_.put(uid, static_cast<char>(fact), value);
}

std::uint64_t MaildirMailbox::date(const imap::Message& message) {
  if (message.date != 0) return message.date;
  const auto there = entry(message.uid);
  return there ? folder_.date(*there) : 0;
}

imap::Ranges MaildirMailbox::vanished_since(std::uint64_t modseq) const {
  imap::Ranges out;
  for (const auto& range : folder_.vanished_since(modseq)) out.emplace_back(range.first, range.last);
  return out;
}

base::Result<std::vector<std::uint32_t>> MaildirMailbox::store(const std::vector<std::uint32_t>& uids,
                                                               imap::Change change, const imap::Flags& flags,
                                                               std::optional<std::uint64_t> unchanged_since) {
  // What other programs did to the names has to stand in the index before it can be compared.
  if (unchanged_since) TRY(refresh());
  std::vector<std::uint32_t> modified;
  QuotaCount count(folders_, folder_);
  const auto done =
      folder_.change_flags(uids, [&](const maildir::Entry& there, const maildir::Flags& before) {
        if (unchanged_since && there.modseq > *unchanged_since) {
          modified.push_back(there.uid);
          return before;
        }
        auto after = to_maildir(imap::apply(to_imap(before), change, flags));
        count.change(there.uid, before, after);
        return after;
      });
  // Of what went wrong nobody knows how far it went: a sum that is too high is counted anew before it hurts.
  TRY(done);
  count.settle();
  take_over(false);
  return modified;
}

base::Result<std::vector<std::uint32_t>> MaildirMailbox::expunge(const std::vector<std::uint32_t>& uids) {
  auto removed = folder_.expunge(uids);
  take_over(false);
  return removed;
}

imap::Keywords MaildirMailbox::keywords_of(const std::vector<std::uint32_t>& uids) const {
  const auto& rows = folder_.rows();
  std::vector<bool> seen(rows.keyword_sets());
  imap::Keywords out;
  for (const auto uid : uids) {
    const auto there = seen.size() > 1 ? entry(uid) : std::nullopt;
    if (!there || there->words >= seen.size() || seen[there->words]) continue;
    seen[there->words] = true;
    const auto& keywords = rows.keywords(there->words);
    out.insert(keywords.begin(), keywords.end());
  }
  return out;
}

base::Result<imap::Placed> MaildirMailbox::copy(const std::vector<std::uint32_t>& uids,
                                                const std::string& mailbox) {
  TRY_ASSIGN(auto target, open_imap_folder(folders_, mailbox));
  TRY(check_imap_keywords(target, keywords_of(uids)));
  auto copied = folder_.copy(uids, target, [&] { return new_imap_name(hostname_); });
  if (!copied) return copied.error();
  QuotaCount count(folders_, target);
  count.copied(folder_, uids);
  count.settle();
  return imap::Placed{target.state().validity, std::move(*copied)};
}

void MaildirMailbox::take_over(bool anyway) {
  const auto& state = folder_.state();
  const bool same =
      state.modseq == modseq_ && state.generation == generation_ && state.records.size() == count_;
  if (same && !anyway && !read_only_ && version_ > 0) return;
  ++version_;
  lost_some_ = lost_some_ || state.records.size() < count_;
  modseq_ = state.modseq;
  generation_ = state.generation;
  count_ = state.records.size();
}

/// Who asks for many does so in order.
std::optional<maildir::Entry> MaildirMailbox::entry(std::uint32_t uid) const {
  const auto& rows = folder_.rows();
  const bool guessed = next_ < rows.size() && rows.uid(next_) == uid;
  const auto position = guessed ? std::optional(next_) : rows.position(uid);
  if (!position) return std::nullopt;
  auto out = rows.at(*position);
  next_ = *position + 1;
  return out.uid == uid ? std::optional(out) : std::nullopt;
}

const imap::Message* MaildirMailbox::find(std::uint32_t uid) const {
  const auto there = entry(uid);
  if (!there) return nullptr;
  found_.uid = uid;
  found_.modseq = there->modseq;
  found_.date = there->date;
  found_.flags.system = there->system;
  found_.flags.keywords = folder_.rows().keywords(there->words);
  found_.recent = read_only_ ? folder_.is_unclaimed(uid, there->place) : recent_.contains(uid);
  found_.saved = there->saved;
  return &found_;
}

imap::Mailbox::Outline MaildirMailbox::outline() const {
  const auto& rows = folder_.rows();
  auto all = rows.outline(maildir::seen);
  Outline out = {std::move(all.uids), all.first, 0};
  if (read_only_) {
    for (std::size_t i = 0; i < rows.size(); ++i)
      out.recent += folder_.is_unclaimed(rows.uid(i), rows.place(i)) ? 1 : 0;
  } else {
    for (const auto uid : recent_) out.recent += rows.position(uid) ? 1 : 0;
  }
  return out;
}

std::vector<std::uint32_t> MaildirMailbox::changed_since(std::uint64_t modseq) const {
  return folder_.rows().changed_since(modseq);
}

std::vector<std::string> MaildirMailbox::keywords() const {
  return folder_.rows().all_keywords();
}

}  // namespace serve

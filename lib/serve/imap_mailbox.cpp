#include "serve/imap_mailbox.hpp"

#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "imap/flags.hpp"
#include "maildir/deliver.hpp"
#include "maildir/leftovers.hpp"
#include "serve/clock.hpp"

namespace serve {

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

/// LF alone becomes CR LF; what has its CR already keeps it.
void append_wire(std::string_view chunk, char& last, std::string& out) {
  while (!chunk.empty()) {
    const auto end = chunk.find('\n');
    if (end == std::string_view::npos) {
      out += chunk;
      last = chunk.back();
      return;
    }
    const char before = end == 0 ? last : chunk[end - 1];
    out += chunk.substr(0, end);
    out += before == '\r' ? "\n" : "\r\n";
    last = '\n';
    chunk.remove_prefix(end + 1);
  }
}

/// With CRLF line ends. `header_only`: up to the empty line and with it; the rest of the chunk in which it
/// stands is read for nothing.
base::Result<std::string> read_wire(int file, bool header_only) {
  std::string out;
  struct stat info = {};
  if (!header_only && fstat(file, &info) == 0)
    out.reserve(static_cast<std::size_t>(info.st_size + info.st_size / 16));
  std::string chunk(header_only ? chunk_size / 8 : chunk_size, '\0');
  char last = '\0';
  while (true) {
    const ssize_t got = ::read(file, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::system_error("read a message");
    if (got == 0) return out;
    const auto searched = out.size() < 4 ? 0 : out.size() - 4;
    append_wire(std::string_view(chunk).substr(0, static_cast<std::size_t>(got)), last, out);
    if (!header_only) continue;
    if (out.starts_with("\r\n")) return std::string("\r\n");
    const auto end = out.find("\r\n\r\n", searched);
    if (end != std::string::npos) return out.substr(0, end + 4);
  }
}

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
  return now_seconds();
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

/// Names that follow later are no part of what a client was promised.
void MaildirMailbox::rest() {
  tidy();
  cache_.rest();
  folder_.rest();
}

MaildirMailbox::~MaildirMailbox() {
  tidy();
}

void MaildirMailbox::tidy() {
  if (folder_.is_replaced()) return;
  cache_.flush();
  if (read_only_) return;
  (void)folder_.tidy();
  cache_.tidy([this](std::uint32_t uid) { return folder_.rows().position(uid).has_value(); });
}

base::Result<std::string> MaildirMailbox::text(std::uint32_t uid, bool header_only) {
  TRY_ASSIGN(const auto file, folder_.open_message(uid));
  return read_wire(file.get(), header_only);
}

base::Result<std::uint64_t> MaildirMailbox::size(std::uint32_t uid) {
  const auto* record = folder_.state().find(uid);
  if (record != nullptr && record->size) return *record->size;
  TRY_ASSIGN(const auto whole, text(uid, false));
  TRY(folder_.note_size(uid, whole.size()));
  return whole.size();
}

base::Result<std::string> MaildirMailbox::email_id(std::uint32_t uid) {
  const auto position = folder_.rows().position(uid);
  if (!position) return base::fail(base::Exit::no_input, "message " + std::to_string(uid) + " is gone");
  return maildir::Folder::email_id(folder_.rows().at(*position));
}

std::optional<std::string_view> MaildirMailbox::known(std::uint32_t uid, imap::Fact fact) {
  return cache_.get(uid, static_cast<char>(fact));
}

void MaildirMailbox::keep(std::uint32_t uid, imap::Fact fact, std::string_view value) {
  cache_.put(uid, static_cast<char>(fact), value);
}

std::uint64_t MaildirMailbox::date(const imap::Message& message) {
  if (message.date != 0) return message.date;
  const auto position = folder_.rows().position(message.uid);
  return position ? folder_.date(folder_.rows().at(*position)) : 0;
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
  std::vector<bool> changed;  // of those of `uids` that are there, under the lock
  std::size_t at = 0;
  const auto look = [&] {
    for (const auto uid : uids) {
      const auto* record = folder_.state().find(uid);
      if (record == nullptr) continue;
      changed.push_back(record->modseq > *unchanged_since);
      if (changed.back()) modified.push_back(uid);
    }
  };
  TRY(folder_.change_flags(uids, [&](const maildir::Flags& before) {
    if (unchanged_since && at == 0) look();
    if (unchanged_since && changed[at++]) return before;
    return to_maildir(imap::apply(to_imap(before), change, flags));
  }));
  take_over(false);
  return modified;
}

base::Result<std::vector<std::uint32_t>> MaildirMailbox::expunge(const std::vector<std::uint32_t>& uids) {
  auto removed = folder_.expunge(uids);
  take_over(false);
  return removed;
}

base::Result<imap::Placed> MaildirMailbox::copy(const std::vector<std::uint32_t>& uids,
                                                const std::string& mailbox) {
  TRY_ASSIGN(auto target, open_imap_folder(folders_, mailbox));
  auto copied = folder_.copy(uids, target, [&] { return new_imap_name(hostname_); });
  if (!copied) return copied.error();
  return imap::Placed{target.state().validity, std::move(*copied)};
}

/// Only when something changed: a mailbox may be large.
void MaildirMailbox::take_over(bool anyway) {
  const auto& state = folder_.state();
  const bool same =
      state.modseq == modseq_ && state.generation == generation_ && state.records.size() == messages_.size();
  if (same && !anyway && !read_only_) return;
  modseq_ = state.modseq;
  generation_ = state.generation;
  messages_.clear();
  const auto& rows = folder_.rows();
  messages_.reserve(rows.size());
  for (std::size_t position = 0; position < rows.size(); ++position) {
    const auto entry = rows.at(position);
    if (entry.uid == 0) continue;
    const bool recent = read_only_ ? entry.in_new() : recent_.contains(entry.uid);
    messages_.push_back({entry.uid,
                         entry.modseq,
                         entry.date,
                         {entry.system, rows.keywords(entry.words)},
                         recent,
                         entry.saved});
  }
}

}  // namespace serve

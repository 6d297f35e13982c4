#include "serve/imap_store.hpp"

#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "imap/flags.hpp"
#include "maildir/deliver.hpp"
#include "maildir/folder.hpp"
#include "maildir/leftovers.hpp"
#include "serve/clock.hpp"

namespace serve {

namespace {

constexpr std::size_t chunk_size = 64 * 1024;
constexpr std::uint64_t thorough_after = 30;  // seconds; until then the directories' times are believed

maildir::Flags to_maildir(const imap::Flags& flags) {
  return {flags.system, flags.keywords};
}
imap::Flags to_imap(const maildir::Flags& flags) {
  return {flags.system, flags.keywords};
}
static_assert(static_cast<unsigned>(imap::seen) == static_cast<unsigned>(maildir::seen) &&
              static_cast<unsigned>(imap::answered) == static_cast<unsigned>(maildir::answered) &&
              static_cast<unsigned>(imap::flagged) == static_cast<unsigned>(maildir::flagged) &&
              static_cast<unsigned>(imap::deleted) == static_cast<unsigned>(maildir::deleted) &&
              static_cast<unsigned>(imap::draft) == static_cast<unsigned>(maildir::draft));

base::Result<std::string> new_name(const std::string& hostname) {
  static unsigned count = 0;
  std::uint64_t random = 0;
  if (getrandom(&random, sizeof random, 0) != sizeof random) return base::system_error("getrandom");
  return maildir::unique_name(now_microseconds(), getpid(), ++count, random, hostname);
}

base::Result<maildir::Folder> open_folder(const maildir::Folders& folders, const std::string& name) {
  TRY(maildir::Folders::check_name(name));
  if (!folders.exists(name)) return base::fail(base::Exit::no_input, "no such mailbox");
  // Other programs make folders too, and leave out what they do not need themselves.
  TRY(maildir::complete(folders.path(name)));
  return maildir::Folder::open(folders.path(name), [&] { return folders.new_validity(now_seconds()); });
}

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

class MaildirMailbox : public imap::Mailbox {
 public:
  MaildirMailbox(maildir::Folder folder, const maildir::Folders& folders, bool read_only,
                 std::string hostname)
      : folder_(std::move(folder)),
        folders_(folders),
        read_only_(read_only),
        hostname_(std::move(hostname)) {}

  const std::vector<imap::Message>& messages() const override { return messages_; }
  std::uint32_t validity() const override { return folder_.is_replaced() ? 0 : folder_.state().validity; }
  std::uint32_t uid_next() const override { return folder_.state().uid_next; }

  base::Result<void> refresh() override {
    const auto now = now_seconds();
    const bool thorough = now >= looked_ + thorough_after;
    if (!read_only_ && looked_ == 0) maildir::remove_leftovers(folder_.path(), now);
    if (thorough) looked_ = now;
    std::vector<std::uint32_t> claimed;
    TRY(folder_.refresh(!read_only_, thorough, claimed));
    recent_.insert(claimed.begin(), claimed.end());
    take_over(!claimed.empty());
    return {};
  }

  base::Result<std::string> text(std::uint32_t uid, bool header_only) override {
    TRY_ASSIGN(const auto file, folder_.open_message(uid));
    return read_wire(file.get(), header_only);
  }

  base::Result<std::uint64_t> size(std::uint32_t uid) override {
    const auto* record = folder_.state().find(uid);
    if (record != nullptr && record->size) return *record->size;
    TRY_ASSIGN(const auto whole, text(uid, false));
    TRY(folder_.note_size(uid, whole.size()));
    return whole.size();
  }

  base::Result<void> store(const std::vector<std::uint32_t>& uids, imap::Change change,
                           const imap::Flags& flags) override {
    TRY(folder_.change_flags(uids, [&](const maildir::Flags& before) {
      return to_maildir(imap::apply(to_imap(before), change, flags));
    }));
    take_over(false);
    return {};
  }

  base::Result<std::vector<std::uint32_t>> expunge(const std::vector<std::uint32_t>& uids) override {
    auto removed = folder_.expunge(uids);
    take_over(false);
    return removed;
  }

  base::Result<imap::Placed> copy(const std::vector<std::uint32_t>& uids,
                                  const std::string& mailbox) override {
    TRY_ASSIGN(auto target, open_folder(folders_, mailbox));
    auto copied = folder_.copy(uids, target, [&] { return new_name(hostname_); });
    if (!copied) return copied.error();
    return imap::Placed{target.state().validity, std::move(*copied)};
  }

 private:
  /// Only when something changed: a mailbox may be large.
  void take_over(bool anyway) {
    const auto& state = folder_.state();
    const bool same = state.modseq == modseq_ && state.generation == generation_ &&
                      state.records.size() == messages_.size();
    if (same && !anyway && !read_only_) return;
    modseq_ = state.modseq;
    generation_ = state.generation;
    messages_.clear();
    messages_.reserve(state.records.size());
    for (const auto& record : state.records) {
      const bool recent = read_only_ ? record.in_new : recent_.contains(record.uid);
      messages_.push_back({record.uid, record.modseq, record.date, to_imap(record.flags), recent});
    }
  }

  maildir::Folder folder_;
  const maildir::Folders& folders_;
  bool read_only_;
  std::string hostname_;
  std::set<std::uint32_t> recent_;
  std::vector<imap::Message> messages_;
  std::uint64_t modseq_ = 0;
  std::uint64_t generation_ = 0;
  std::uint64_t looked_ = 0;
};

}  // namespace

MaildirStore::MaildirStore(std::string maildir, std::string hostname)
    : hostname_(std::move(hostname)), folders_(std::move(maildir)) {}

base::Result<std::unique_ptr<imap::Mailbox>> MaildirStore::open(const std::string& name, bool read_only) {
  if (!read_only && !cleaned_) folders_.remove_leftovers();
  cleaned_ = cleaned_ || !read_only;
  TRY_ASSIGN(auto folder, open_folder(folders_, name));
  return std::unique_ptr<imap::Mailbox>(
      new MaildirMailbox(std::move(folder), folders_, read_only, hostname_));
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

base::Result<void> MaildirStore::create(const std::string& name) {
  TRY(folders_.create(name));
  TRY(open_folder(folders_, name));
  return {};
}

base::Result<void> MaildirStore::remove(const std::string& name) {
  return folders_.remove(name);
}

/// All that INBOX holds; returns the UIDs there.
base::Result<std::vector<std::uint32_t>> MaildirStore::copy_all(imap::Mailbox& inbox, const std::string& to) {
  TRY(inbox.refresh());
  std::vector<std::uint32_t> uids;
  for (const auto& message : inbox.messages()) uids.push_back(message.uid);
  TRY(inbox.copy(uids, to));
  return uids;
}

/// INBOX stays; its messages go (RFC 3501 section 6.3.5).
base::Result<void> MaildirStore::empty_inbox_into(const std::string& to) {
  TRY_ASSIGN(const auto inbox, open("INBOX", false));
  TRY(create(to));
  const auto uids = copy_all(*inbox, to);
  if (!uids) {
    // Not when somebody else has put a message there meanwhile.
    const auto made = status(to);
    if (made && made->messages == 0) (void)remove(to);
    return uids.error();
  }
  TRY(inbox->store(*uids, imap::Change::add, {imap::deleted, {}}));
  TRY(inbox->expunge(*uids));
  return {};
}

base::Result<void> MaildirStore::rename(const std::string& from, const std::string& to) {
  return from == "INBOX" ? empty_inbox_into(to) : folders_.rename(from, to);
}

base::Result<imap::Status> MaildirStore::status(const std::string& name) {
  TRY_ASSIGN(auto folder, open_folder(folders_, name));
  std::vector<std::uint32_t> claimed;
  TRY(folder.refresh(false, true, claimed));
  imap::Status out;
  out.uid_next = folder.state().uid_next;
  out.validity = folder.state().validity;
  for (const auto& record : folder.state().records) {
    ++out.messages;
    out.recent += record.in_new ? 1 : 0;
    out.unseen += (record.flags.system & maildir::seen) == 0 ? 1 : 0;
  }
  return out;
}

base::Result<imap::Placed> MaildirStore::append(const std::string& name, const imap::Flags& flags,
                                                std::optional<std::uint64_t> date, std::string_view message) {
  TRY_ASSIGN(auto folder, open_folder(folders_, name));
  TRY_ASSIGN(const auto file_name, new_name(hostname_));
  TRY_ASSIGN(auto delivery, maildir::Delivery::begin(folder.path(), file_name));
  for (std::size_t begin = 0; begin < message.size(); begin += chunk_size)
    TRY(delivery.write(with_lf(message, begin, std::min(begin + chunk_size, message.size()))));
  TRY(delivery.finish());
  TRY_ASSIGN(const auto uid, folder.adopt(delivery.path(), delivery.final_name(), to_maildir(flags),
                                          date.value_or(now_seconds()), delivery.wire_size()));
  return imap::Placed{folder.state().validity, {uid}};
}

}  // namespace serve

#include "spool/queue.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "base/ascii.hpp"
#include "spool/id.hpp"
#include "spool/verify.hpp"

namespace spool {

namespace {

constexpr std::size_t due_width = 10;
constexpr std::size_t destination_limit = 100;
constexpr std::size_t first_look = 4096;  // octets

std::string hex(std::uint64_t value) {
  std::string out(due_width, '0');
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit, value >>= 4)
    *digit = "0123456789abcdef"[value & 15];
  return out;
}

bool is_of_destination(char c) {
  return base::is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_';
}

/// Letters, digits, dot and dash of the domain; an address without one goes to "local".
std::string safe_destination(std::string_view address) {
  const auto at = address.rfind('@');
  std::string out;
  for (const char c : address.substr(at == std::string_view::npos ? 0 : at + 1)) {
    if (out.size() < destination_limit)
      out += base::is_alnum(c) || c == '.' || c == '-' ? base::to_lower(c) : '_';
  }
  return out.empty() ? "local" : out;
}

base::Result<void> scan_bucket(const std::string& path, std::vector<Entry>& into) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
  if (!directory) return base::system_error(path);
  while (const dirent* item = readdir(directory.get())) {
    if (auto entry = parse_file_name(item->d_name)) into.push_back(std::move(*entry));
  }
  return {};
}

/// Of whole lines of an envelope.
std::vector<std::string> addresses_to_do(std::string_view head, std::size_t most) {
  std::vector<std::string> out;
  while (out.size() < most) {
    const auto begin = std::min(head.find("\nto: todo <"), head.find("\nto: late <"));
    if (begin == std::string_view::npos) break;
    const auto line = head.substr(begin + 1, head.find('\n', begin + 1) - begin - 1);
    const auto address = line.find('<') + 1;
    out.emplace_back(line.substr(address, std::min(line.rfind('>'), line.size()) - address));
    head.remove_prefix(begin + 1 + line.size());
  }
  return out;
}

constexpr std::uint64_t chunk_size = 64 * 1024;
constexpr std::uint64_t just_made = 60'000'000;  // microseconds

/// Its length was never written, or its head was cut off: what an unfinished write leaves. A head that is
/// damaged in any other way may have been acknowledged.
bool is_incomplete(int file) {
  const auto head = fs::read_up_to(file, 0, envelope_limit);
  if (!head) return false;
  const auto envelope = parse(*head);
  if (envelope) return !envelope->length;
  return head->size() < envelope_limit && head->find("\n\n") == std::string::npos;
}

/// `told`: late or owed.
base::Result<void> write_marks(Message& message, const std::vector<std::size_t>& recipients, Status status,
                               bool told) {
  if (recipients.empty()) return {};
  auto& all = message.envelope.recipients;
  const Recipient marked = {
      "", status, "", 0, told && status == Status::todo, told && status == Status::done};
  for (const auto recipient : recipients)
    TRY(fs::write_all_at(message.file.get(), word(marked),
                         static_cast<off_t>(all.at(recipient).status_offset)));
  TRY(fs::sync(message.file.get(), message.envelope.id));
  for (const auto recipient : recipients) {
    all[recipient].status = status;
    all[recipient].late = marked.late;
    all[recipient].owed = marked.owed;
  }
  return {};
}

}  // namespace

std::string file_name(const Entry& entry) {
  return hex(entry.due) + "." + entry.id + "." + safe_destination(entry.destination);
}

std::optional<Entry> parse_file_name(std::string_view name) {
  Entry entry;
  const auto first = name.find('.');
  const auto second = first == std::string_view::npos ? first : name.find('.', first + 1);
  if (first != due_width || second == std::string_view::npos || second + 1 == name.size())
    return std::nullopt;
  // What would be written otherwise could not be opened by the entry.
  if (name.size() - second - 1 > destination_limit) return std::nullopt;
  for (const char c : name) {
    if (!is_of_destination(c)) return std::nullopt;
  }
  for (const char c : name.substr(0, first)) {
    const int digit = base::hex_value(c);
    if (digit < 0) return std::nullopt;
    entry.due = entry.due << 4 | static_cast<std::uint64_t>(digit);
  }
  entry.id = name.substr(first + 1, second - first - 1);
  entry.destination = name.substr(second + 1);
  if (!is_id(entry.id)) return std::nullopt;
  return entry;
}

std::string Queue::path(const Entry& entry) const {
  return spool_ + "/queue/" + bucket(entry.id) + "/" + file_name(entry);
}

base::Result<std::vector<Entry>> Queue::scan() const {
  std::vector<base::Error> trouble;
  auto out = scan_what_can_be_read(trouble);
  if (!trouble.empty()) return trouble[0];
  return out;
}

std::vector<Entry> Queue::scan_what_can_be_read(std::vector<base::Error>& trouble) const {
  std::vector<Entry> out;
  for (const char digit : std::string_view("0123456789abcdef")) {
    if (const auto scanned = scan_bucket(spool_ + "/queue/" + digit, out); !scanned)
      trouble.push_back(scanned.error());
  }
  std::sort(out.begin(), out.end(),
            [](const Entry& a, const Entry& b) { return a.due != b.due ? a.due < b.due : a.id < b.id; });
  return out;
}

base::Result<Message> Queue::open(const Entry& entry) const {
  const std::string where = path(entry);
  Message message;
  TRY_ASSIGN(message.file, fs::open(where, O_RDWR | O_NOFOLLOW));
  struct stat info = {};
  if (fstat(message.file.get(), &info) != 0) return base::system_error(where);
  const auto size = std::min<std::uint64_t>(static_cast<std::uint64_t>(info.st_size), envelope_limit);
  TRY_ASSIGN(auto head, fs::read_at(message.file.get(), 0, static_cast<std::size_t>(size)));
  auto envelope = parse(head);
  if (!envelope) return base::fail(base::Exit::data, where + ": " + envelope.error().what);
  message.envelope = std::move(*envelope);
  if (message.envelope.id != entry.id) return base::fail(base::Exit::data, where + ": holds another id");
  if (static_cast<std::uint64_t>(info.st_size) > size) {
    TRY(verify(message, where));
    return message;
  }
  TRY(verify(message.envelope, head, where));
  if (*message.envelope.length <= short_message) {
    head.resize(message.envelope.body_offset + static_cast<std::size_t>(*message.envelope.length));
    head.erase(0, message.envelope.body_offset);
    message.text = std::move(head);
  }
  return message;
}

base::Result<void> Queue::claim(const Message& message) {
  if (geteuid() != 0) return {};
  const int file = message.file.get();
  struct stat info = {};
  // It changes nothing more from the first on. Setting a mode that is there costs as much as setting another.
  if (fchown(file, 0, 0) == 0 && fstat(file, &info) == 0 &&
      ((info.st_mode & 07777) == 0600 || fchmod(file, 0600) == 0))
    return {};
  return base::system_error(message.envelope.id);
}

base::Result<std::string> Queue::read(const Message& message, std::uint64_t offset, std::uint64_t most) {
  const std::uint64_t length = message.envelope.length.value_or(0);
  if (offset >= length) return std::string();
  if (!message.text.empty())
    return message.text.substr(static_cast<std::size_t>(offset),
                               static_cast<std::size_t>(std::min(length, most)));
  return fs::read_at(message.file.get(), static_cast<off_t>(message.envelope.body_offset + offset),
                     static_cast<std::size_t>(std::min(length - offset, most)));
}

base::Result<void> Queue::each_chunk(const Message& message,
                                     const std::function<base::Result<void>(std::string_view)>& use) {
  for (std::uint64_t at = 0;; at += chunk_size) {
    TRY_ASSIGN(const auto chunk, read(message, at, chunk_size));
    if (chunk.empty()) return {};
    TRY(use(chunk));
  }
}

std::optional<Entry> Queue::find(std::string_view name) const {
  auto entry = parse_file_name(name);
  if (!entry || access(path(*entry).c_str(), F_OK) != 0) return std::nullopt;
  return entry;
}

base::Result<std::vector<std::string>> Queue::first_to_do(const Entry& entry, std::size_t count) const {
  // Whoever may queue may put a pipe there.
  TRY_ASSIGN(const auto file, fs::open(path(entry), O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  // Those who have it may stand in front; most heads are short.
  std::vector<std::string> out;
  for (auto most = first_look; most <= envelope_limit; most *= 16) {
    const auto read = fs::read_up_to(file.get(), 0, most);
    if (!read) return out;
    const std::string_view text = *read;
    const auto end = text.find("\n\n");
    const auto head = text.substr(0, std::min(end, text.rfind('\n')) + 1);
    out = addresses_to_do(head, count);
    if (out.size() == count || end != std::string_view::npos || text.size() < most) break;
  }
  return out;
}

bool Queue::is_being_written(const Entry& entry, std::uint64_t now) const {
  const auto file = fs::open(path(entry), O_RDWR | O_NOFOLLOW);
  if (!file) return false;
  if (flock(file->get(), LOCK_EX | LOCK_NB) != 0) return true;
  struct stat info = {};
  const bool is_empty = fstat(file->get(), &info) == 0 && info.st_size == 0;
  const auto made = arrival(entry.id);
  // One of a clock that was ahead is no newer.
  return is_empty && made <= now + just_made && made + just_made > now;
}

bool Queue::is_being_written(const Message& message) {
  if (flock(message.file.get(), LOCK_EX | LOCK_NB) != 0) return true;
  flock(message.file.get(), LOCK_UN);
  return false;
}

base::Result<bool> Queue::reap(const Entry& entry) const {
  TRY_ASSIGN(const auto file, fs::open(path(entry), O_RDWR | O_NOFOLLOW));
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) return false;
  // With the lock in hand it is looked at again: its writer may have finished just now.
  const auto message = open(entry);
  if (message || message.error().code != base::Exit::data || !is_incomplete(file.get())) return false;
  TRY(remove(entry));
  return true;
}

base::Result<bool> Queue::quarantine(const Entry& entry) const {
  TRY_ASSIGN(const auto file, fs::open(path(entry), O_RDWR | O_NOFOLLOW));
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) return false;
  const auto message = open(entry);
  if (message || message.error().code != base::Exit::data) return false;
  TRY(put_aside(bucket(entry.id), file_name(entry)));
  return true;
}

base::Result<void> Queue::put_aside(const std::string& folder, const std::string& name) const {
  const auto directory = spool_ + "/damaged";
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return base::system_error(directory);
  const auto from = spool_ + "/queue/" + folder;
  const auto there = directory + "/" + name;
  // Nothing that lies there is lost for it.
  if (renameat2(AT_FDCWD, (from + "/" + name).c_str(), AT_FDCWD, there.c_str(), RENAME_NOREPLACE) != 0)
    return base::system_error(there);
  // The new name first: a power cut may leave both, never neither.
  TRY(fs::sync_dir(directory));
  TRY(fs::sync_dir(spool_));
  return fs::sync_dir(from);
}

base::Result<std::vector<std::string>> Queue::strays() const {
  std::vector<std::string> out;
  for (const char digit : std::string_view("0123456789abcdef")) {
    const std::string folder(1, digit);
    const auto path = spool_ + "/queue/" + folder;
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
    if (!directory) return base::system_error(path);
    while (const dirent* item = readdir(directory.get())) {
      const auto entry = parse_file_name(item->d_name);
      if (item->d_name[0] != '.' && (!entry || bucket(entry->id) != folder))
        out.push_back(folder + "/" + item->d_name);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

base::Result<void> Queue::quarantine_stray(const std::string& stray) const {
  return put_aside(stray.substr(0, 1), stray.substr(2));
}

base::Result<void> Queue::mark(Message& message, std::size_t recipient, Status status) {
  return write_marks(message, {recipient}, status, false);
}

base::Result<void> Queue::mark(Message& message, const std::vector<std::size_t>& recipients, Status status) {
  return write_marks(message, recipients, status, false);
}

base::Result<void> Queue::mark_owed(Message& message, const std::vector<std::size_t>& recipients) {
  return write_marks(message, recipients, Status::done, true);
}

base::Result<void> Queue::mark_late(Message& message, const std::vector<std::size_t>& recipients) {
  return write_marks(message, recipients, Status::todo, true);
}

base::Result<void> Queue::note(const Message& message, std::string_view line) {
  struct stat info = {};
  if (fstat(message.file.get(), &info) != 0) return base::system_error(message.envelope.id);
  // Half a line that a full disk or a crash has left must not swallow this one.
  const auto last = fs::read_up_to(message.file.get(), std::max<off_t>(info.st_size - 1, 0), 1);
  const std::string gap = last && *last == "\n" ? "" : "\n";
  return fs::write_all_at(message.file.get(), gap + base::printable(line) + "\n", info.st_size);
}

base::Result<Entry> Queue::defer(const Entry& entry, std::uint64_t due) const {
  Entry later = entry;
  later.due = due;
  if (std::rename(path(entry).c_str(), path(later).c_str()) != 0) return base::system_error(path(entry));
  if (tell_) tell_(later);
  return later;
}

base::Result<void> Queue::remove(const Entry& entry) const {
  if (unlink(path(entry).c_str()) != 0) return base::system_error(path(entry));
  return {};
}

std::optional<std::uint64_t> next_due(std::uint64_t received, std::uint64_t now, std::uint64_t first,
                                      std::uint64_t lifetime) {
  constexpr std::uint64_t longest = 24 * 60 * 60;
  const std::uint64_t age = now > received ? now - received : 0;
  if (age >= lifetime) return std::nullopt;
  return now + std::min(std::max(first, age / 2), longest);
}

}  // namespace spool

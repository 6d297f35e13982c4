#include "maildir/cache.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <tuple>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "fs/replace_file.hpp"
#include "maildir/checksum.hpp"

namespace maildir {

namespace {

constexpr std::size_t held_limit = 1 << 20;
constexpr std::size_t line_limit = 64;          // octets of a line that announces a value
constexpr std::size_t tidied_from = 64 * 1024;  // octets of a file that is worth it
constexpr std::size_t mended_limit = 64 << 20;  // octets of memory that a new file is put together in

void append_value(std::string& out, std::uint32_t uid, char kind, std::string_view value) {
  const auto start = out.size();
  out += std::to_string(uid) + " " + kind + " " + std::to_string(value.size()) + " " + checksum(value);
  finish_line(out, start);
  out.append(value).append(1, '\n');
}

/// A number and what parts it from the next word.
bool take_number(std::string_view& text, std::uint64_t most, std::uint64_t& out) {
  const auto end = text.find(' ');
  const auto number = base::parse_number(text.substr(0, end), most);
  if (!number || end == std::string_view::npos) return false;
  out = *number;
  text.remove_prefix(end + 1);
  return true;
}

bool take_hex(std::string_view text, std::uint32_t& out) {
  out = 0;
  for (const char c : text) {
    if (base::hex_value(c) < 0) return false;
    out = out << 4 | static_cast<std::uint32_t>(base::hex_value(c));
  }
  return text.size() == checksum_width;
}

/// "UID KIND OCTETS CRC " of a line whose own checksum fits.
struct Announced {
  std::uint32_t uid = 0;
  char kind = 0;
  std::uint32_t length = 0;
  std::uint32_t sum = 0;
};

std::optional<Announced> parse_line(std::string_view line) {
  auto text = checked_content(line);
  Announced out;
  std::uint64_t uid = 0, length = 0;
  if (!take_number(text, UINT32_MAX, uid) || text.size() < 2 || text[1] != ' ') return std::nullopt;
  out.uid = static_cast<std::uint32_t>(uid);
  out.kind = text[0];
  text.remove_prefix(2);
  if (!take_number(text, cached_value_limit, length) || text.empty()) return std::nullopt;
  out.length = static_cast<std::uint32_t>(length);
  if (!take_hex(text.substr(0, text.size() - 1), out.sum)) return std::nullopt;
  return out;
}

}  // namespace

std::string Cache::head() const {
  std::string out = "tubepost-cache 1 " + std::to_string(validity_);
  finish_line(out, 0);
  return out;
}

bool Cache::before(const Place& place, const Key& key) {
  return std::tie(place.uid, place.kind) < std::tie(key.uid, key.kind);
}

bool Cache::is_in_order(const Place& a, const Place& b) {
  return std::tie(a.uid, a.kind, a.begin) < std::tie(b.uid, b.kind, b.begin);
}

void Cache::forget() {
  file_ = Mapped();
  std::vector<Place>().swap(places_);
  next_ = walked_ = 0;
  inode_ = 0;
  looked_ = damaged_ = false;
}

/// Finds the values that have come since the last time. One whose end is not there yet may be being written.
void Cache::walk() {
  const auto text = file_.text();
  const auto known = static_cast<std::ptrdiff_t>(places_.size());
  while (walked_ < text.size()) {
    const auto line = text.substr(walked_, text.substr(walked_, line_limit).find('\n'));
    const auto begin = walked_ + line.size() + 1;
    const auto found = parse_line(line);
    damaged_ = !found || begin + found->length >= text.size() || text[begin + found->length] != '\n';
    if (damaged_) break;
    places_.push_back({begin, found->uid, found->sum, found->length, found->kind, false});
    walked_ = begin + found->length + 1;
  }
  if (std::is_sorted(places_.begin() + std::max<std::ptrdiff_t>(known - 1, 0), places_.end(), is_in_order))
    return;
  std::sort(places_.begin() + known, places_.end(), is_in_order);
  std::inplace_merge(places_.begin(), places_.begin() + known, places_.end(), is_in_order);
}

void Cache::map(int file, std::size_t size) {
  damaged_ = true;
  auto mapped = Mapped::of(file, size, path());
  if (!mapped) return;
  const auto wanted = head();
  if (!mapped->text().starts_with(wanted)) return;
  file_ = std::move(*mapped);
  walked_ = std::max(walked_, wanted.size());
  damaged_ = size > cache_limit;
  if (!damaged_) walk();
}

/// A file that cannot be used is as good as none.
void Cache::catch_up() {
  if (looked_ && !file_.is_cut()) return;
  const auto file = fs::open(path(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  struct stat info = {};
  const bool there = file && fstat(file->get(), &info) == 0 && S_ISREG(info.st_mode);
  const auto size = static_cast<std::size_t>(info.st_size);
  if (!there || info.st_ino != inode_ || info.st_dev != device_ || size < file_.text().size() ||
      file_.is_cut())
    forget();
  looked_ = true;
  if (!there || (inode_ != 0 && size == file_.text().size())) return;
  device_ = info.st_dev;
  inode_ = info.st_ino;
  map(file->get(), size);
}

Cache::Place* Cache::find(const Key& key) {
  const auto end = places_.end();
  auto at = places_.begin() + static_cast<std::ptrdiff_t>(std::min(next_, places_.size()));
  const bool guessed = at != end && !before(*at, key) && (at == places_.begin() || before(*(at - 1), key));
  if (!guessed) at = std::lower_bound(places_.begin(), end, key, before);
  Place* out = nullptr;
  for (; at != end && at->uid == key.uid && at->kind == key.kind; ++at) out = &*at;
  // The same kind of the next message.
  while (out != nullptr && at != end && at->kind != key.kind && at->uid <= key.uid + 1) ++at;
  next_ = static_cast<std::size_t>(at - places_.begin());
  return out;
}

std::optional<std::string_view> Cache::get(std::uint32_t uid, char kind) {
  catch_up();
  Place* place = find({uid, kind});
  if (place == nullptr) return std::nullopt;
  const auto value = file_.text().substr(place->begin, place->length);
  place->good = place->good || crc(value) == place->sum;
  if (place->good && !file_.is_cut()) return value;
  damaged_ = true;
  return std::nullopt;
}

void Cache::put(std::uint32_t uid, char kind, std::string_view value) {
  if (value.size() > cached_value_limit) return;
  append_value(held_, uid, kind, value);
  if (held_.size() > held_limit) write_held();
}

base::Result<void> Cache::replace(std::string_view text) const {
  // There, what a crash leaves goes away by itself.
  const std::string next = folder_ + "/tmp/" + std::to_string(getpid()) + ".tubepost-cache";
  return fs::replace_file(next, path(), {text}, fs::Durability::none);
}

base::Result<void> Cache::append() {
  TRY_ASSIGN(const auto file, fs::open(path(), O_RDWR | O_APPEND | O_NOFOLLOW));
  TRY_ASSIGN(const auto begun, fs::read_up_to(file.get(), 0, head().size()));
  if (begun != head()) return base::fail(base::Exit::data, path() + ": was begun anew for another index");
  struct stat info = {};
  if (fstat(file.get(), &info) != 0) return base::system_error(path());
  const auto size = static_cast<std::size_t>(info.st_size);
  // One write: two sessions that do so at once leave two whole pieces, one behind the other.
  if (size + held_.size() <= cache_limit &&
      ::write(file.get(), held_.data(), held_.size()) == static_cast<ssize_t>(held_.size()))
    return {};
  // A disk that is full takes the cache first, and never a piece of a value that hides those behind it.
  unlink(path().c_str());
  return {};
}

/// With its head; at most about so many octets.
std::string Cache::good_values(std::size_t most, const std::function<bool(std::uint32_t)>& is_there) const {
  std::string out = head();
  for (std::size_t i = 0; i < places_.size() && out.size() < most; ++i) {
    const auto& place = places_[i];
    const bool younger =
        i + 1 < places_.size() && places_[i + 1].uid == place.uid && places_[i + 1].kind == place.kind;
    if (younger || !is_there(place.uid)) continue;
    const auto value = file_.text().substr(place.begin, place.length);
    if (crc(value) == place.sum) append_value(out, place.uid, place.kind, value);
  }
  return file_.is_cut() ? head() : out;
}

void Cache::write_held() {
  if (held_.empty()) return;
  // What had no end may have been another session's, in the middle of its write.
  looked_ = looked_ && !damaged_;
  catch_up();
  if (damaged_ || file_.text().empty()) {
    (void)replace(good_values(mended_limit, [](std::uint32_t) { return true; }) + held_);
    forget();
  } else {
    (void)append();
  }
  held_.clear();
}

void Cache::flush() {
  write_held();
  looked_ = false;
}

void Cache::rest() {
  write_held();
  std::string().swap(held_);
  forget();
}

void Cache::tidy(const std::function<bool(std::uint32_t)>& is_there) {
  flush();
  catch_up();
  const auto size = file_.text().size();
  if (size < tidied_from) return;
  std::size_t kept = 0;
  for (const auto& place : places_) kept += is_there(place.uid) ? place.length : 0;
  if (kept > size / 2 || kept > mended_limit) return;
  const auto text = good_values(size / 2 + 1, is_there);
  if (text.size() > size / 2) return;
  (void)replace(text);
  forget();
}

}  // namespace maildir

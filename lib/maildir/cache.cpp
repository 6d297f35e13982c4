#include "maildir/cache.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <tuple>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "maildir/checksum.hpp"

namespace maildir {

namespace {

constexpr std::size_t held_limit = 1 << 20;
constexpr std::size_t line_limit = 64;          // octets of a line that announces a value
constexpr std::size_t tidied_from = 64 * 1024;  // octets of a file that is worth it

std::string line_of(std::uint32_t uid, char kind, std::string_view value) {
  std::string out =
      std::to_string(uid) + " " + kind + " " + std::to_string(value.size()) + " " + checksum(value);
  finish_line(out, 0);
  return out;
}

std::uint32_t from_hex(std::string_view digits) {
  std::uint32_t out = 0;
  for (const char c : digits) out = out * 16 + static_cast<std::uint32_t>(std::max(base::hex_value(c), 0));
  return out;
}

}  // namespace

std::string Cache::head() const {
  std::string out = "tubepost-cache 1 " + std::to_string(validity_);
  finish_line(out, 0);
  return out;
}

void Cache::forget() {
  file_ = Mapped();
  std::vector<Place>().swap(places_);
  read_ = damaged_ = false;
}

/// Finds the values from that octet on. False: something there is not as it should be.
bool Cache::walk(std::size_t from) {
  const auto text = file_.text();
  while (from < text.size()) {
    const auto line = text.substr(from, text.substr(from, line_limit).find('\n'));
    const auto words = base::words(checked_content(line));
    if (words.size() != 4 || words[1].size() != 1) return false;
    const auto uid = base::parse_number(words[0], UINT32_MAX);
    const auto length = base::parse_number(words[2], cached_value_limit);
    const auto begin = from + line.size() + 1;
    if (!uid || !length || begin + *length >= text.size() || text[begin + *length] != '\n') return false;
    places_.push_back({static_cast<std::uint32_t>(*uid), static_cast<std::uint32_t>(*length), begin,
                       from_hex(words[3]), words[1][0]});
    from = begin + *length + 1;
  }
  return true;
}

/// A file that cannot be used is as good as none.
void Cache::catch_up() {
  if (read_) return;
  forget();
  read_ = true;
  const auto file = fs::open(path(), O_RDONLY | O_NOFOLLOW);
  struct stat info = {};
  if (!file || fstat(file->get(), &info) != 0 || !S_ISREG(info.st_mode)) return;
  auto mapped = Mapped::of(file->get(), static_cast<std::size_t>(info.st_size), path());
  const auto wanted = head();
  damaged_ = true;
  if (!mapped || !mapped->text().starts_with(wanted)) return;
  file_ = std::move(*mapped);
  damaged_ = !walk(wanted.size()) || file_.text().size() > cache_limit;
  const auto key = [](const Place& place) { return std::tuple(place.uid, place.kind); };
  const auto before = [&](const Place& a, const Place& b) { return key(a) < key(b); };
  if (!std::is_sorted(places_.begin(), places_.end(), before))
    std::stable_sort(places_.begin(), places_.end(), before);
}

const Cache::Place* Cache::find(std::uint32_t uid, char kind) const {
  const auto wanted = std::tuple(uid, kind);
  const auto behind = std::upper_bound(
      places_.begin(), places_.end(), wanted,
      [](const auto& key, const Place& place) { return key < std::tuple(place.uid, place.kind); });
  if (behind == places_.begin()) return nullptr;
  const Place& last = *(behind - 1);
  return std::tuple(last.uid, last.kind) == wanted ? &last : nullptr;
}

std::optional<std::string_view> Cache::get(std::uint32_t uid, char kind) {
  catch_up();
  const Place* place = find(uid, kind);
  if (place == nullptr) return std::nullopt;
  const auto value = file_.text().substr(place->begin, place->length);
  if (crc(value) == place->sum) return value;
  damaged_ = true;
  return std::nullopt;
}

void Cache::put(std::uint32_t uid, char kind, std::string_view value) {
  if (value.size() > cached_value_limit) return;
  held_ += line_of(uid, kind, value);
  held_ += value;
  held_ += '\n';
  if (held_.size() > held_limit) flush();
}

base::Result<void> Cache::replace(std::string_view text) const {
  const std::string next = path() + "." + std::to_string(getpid());
  unlink(next.c_str());
  TRY_ASSIGN(const auto file, fs::open(next, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
  const auto written = fs::write_all(file.get(), text);
  if (written && std::rename(next.c_str(), path().c_str()) == 0) return {};
  unlink(next.c_str());
  return written;
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

void Cache::flush() {
  if (held_.empty()) return;
  catch_up();
  if (damaged_ || file_.text().empty()) {
    std::string text = head();
    for (const auto& place : places_) {
      const auto value = file_.text().substr(place.begin, place.length);
      if (crc(value) == place.sum && text.size() < cache_limit / 2)
        text.append(line_of(place.uid, place.kind, value)).append(value).append(1, '\n');
    }
    (void)replace(text + held_);
  } else {
    (void)append();
  }
  held_.clear();
  forget();
}

void Cache::rest() {
  flush();
  std::string().swap(held_);
  forget();
}

void Cache::tidy(const std::function<bool(std::uint32_t)>& is_there) {
  flush();
  catch_up();
  if (file_.text().size() < tidied_from) return;
  std::string text = head();
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const auto& place = places_[i];
    const bool younger =
        i + 1 < places_.size() && places_[i + 1].uid == place.uid && places_[i + 1].kind == place.kind;
    if (younger || !is_there(place.uid)) continue;
    const auto value = file_.text().substr(place.begin, place.length);
    if (crc(value) == place.sum)
      text.append(line_of(place.uid, place.kind, value)).append(value).append(1, '\n');
    if (text.size() > file_.text().size() / 2) return;
  }
  (void)replace(text);
  forget();
}

}  // namespace maildir

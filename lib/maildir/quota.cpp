#include "maildir/quota.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <vector>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "fs/fd.hpp"
#include "fs/replace_file.hpp"
#include "maildir/entry.hpp"

namespace maildir {

namespace {

constexpr std::size_t file_limit = 5120;           // octets, after which the sum is counted anew
constexpr std::uint64_t trusted_for = 900;         // seconds
constexpr std::uint64_t most = UINT64_C(1) << 60;  // octets or messages; sums of them fit

std::string_view take_part(std::string_view& text, char mark) {
  const auto out = text.substr(0, text.find(mark));
  text.remove_prefix(std::min(out.size() + 1, text.size()));
  return out;
}

std::optional<std::uint64_t> parse_octets(std::string_view text) {
  constexpr std::string_view letters = "kmgt";
  std::uint64_t factor = 1;
  const auto letter = text.empty() ? letters.npos : letters.find(base::to_lower(text.back()));
  if (letter != letters.npos) {
    factor <<= 10 * (letter + 1);
    text.remove_suffix(1);
  }
  const auto number = base::parse_number(text, most / factor);
  return number ? std::optional(*number * factor) : std::nullopt;
}

struct QuotaParts {
  std::optional<std::uint64_t> octets = {};
  std::optional<std::uint64_t> messages = {};
};

/// One part of a quota, whose kind its last letter or else its place says; there may be one of a kind.
bool put_part(std::string_view part, bool first, QuotaParts& into) {
  const bool octets = part.ends_with('S') || (first && !part.ends_with('C'));
  if (part.ends_with('S') || part.ends_with('C')) part.remove_suffix(1);
  auto& place = octets ? into.octets : into.messages;
  if (place) return false;
  place = octets ? parse_octets(part) : base::parse_number(part, most);
  return place.has_value();
}

/// A recount may have found less than what was taken away since: sums below 0 are not for us to mend.
std::optional<std::int64_t> parse_signed(std::string_view text) {
  const bool minus = text.starts_with('-');
  const auto value = base::parse_number(text.substr(minus ? 1 : 0), most);
  if (!value) return std::nullopt;
  return minus ? -static_cast<std::int64_t>(*value) : static_cast<std::int64_t>(*value);
}

bool fits(const Usage& usage, const Quota& quota, std::uint64_t octets, std::uint64_t messages) {
  return (quota.octets == 0 || usage.octets + octets <= quota.octets) &&
         (quota.messages == 0 || messages == 0 || usage.messages + messages <= quota.messages);
}

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

bool is_deleted(std::string_view name) {
  const auto flags = name.rfind(":2,");
  return flags != std::string_view::npos && name.find('T', flags) != std::string_view::npos;
}

void add_directory(const std::string& path, Usage& usage) {
  const Directory directory(opendir(path.c_str()), closedir);
  while (const dirent* item = directory ? readdir(directory.get()) : nullptr) {
    const std::string_view name = item->d_name;
    if (!is_message(directory.get(), *item) || is_deleted(name)) continue;
    struct stat info = {};
    auto size = size_in(name);
    if (!size && fstatat(dirfd(directory.get()), item->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0)
      size = static_cast<std::uint64_t>(info.st_size);
    usage.octets += size.value_or(0);
    ++usage.messages;
  }
}

/// The Maildir itself and the folders beside its own directories.
std::vector<std::string> folders_of(const std::string& maildir) {
  std::vector<std::string> out = {maildir};
  const Directory directory(opendir(maildir.c_str()), closedir);
  while (const dirent* item = directory ? readdir(directory.get()) : nullptr) {
    const std::string_view name = item->d_name;
    if (name.size() > 1 && name[0] == '.' && name != ".." && name.substr(1) != uncounted_folder)
      out.push_back(maildir + "/" + item->d_name);
  }
  return out;
}

base::Result<Usage> count(const std::string& maildir, const Quota& quota, std::uint64_t now) {
  Usage out;
  for (const auto& folder : folders_of(maildir)) {
    add_directory(folder + "/new", out);
    add_directory(folder + "/cur", out);
  }
  const auto made =
      maildir + "/tmp/" + std::to_string(now) + ".P" + std::to_string(getpid()) + ".maildirsize";
  const auto text =
      to_string(quota) + "\n" + std::to_string(out.octets) + " " + std::to_string(out.messages) + "\n";
  (void)fs::replace_file(made, maildir + "/maildirsize", {text}, fs::Durability::none);
  return out;
}

/// Nothing can have gone since: it is young, has no line behind the count, and no folder has changed.
bool is_fresh(const std::string& maildir, std::string_view text, std::uint64_t now) {
  struct stat file = {};
  if (stat((maildir + "/maildirsize").c_str(), &file) != 0) return false;
  if (std::count(text.begin(), text.end(), '\n') > 2) return false;
  if (static_cast<std::uint64_t>(file.st_mtime) + trusted_for < now) return false;
  for (const auto& folder : folders_of(maildir)) {
    for (const char* part : {"/new", "/cur"}) {
      struct stat info = {};
      if (stat((folder + part).c_str(), &info) != 0) continue;
      const auto& changed = info.st_mtim;
      if (changed.tv_sec > file.st_mtim.tv_sec ||
          (changed.tv_sec == file.st_mtim.tv_sec && changed.tv_nsec >= file.st_mtim.tv_nsec))
        return false;
    }
  }
  return true;
}

void append_line(const std::string& maildir, const std::string& line) {
  const auto file = fs::open(maildir + "/maildirsize", O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK);
  if (file) (void)fs::write_all(file->get(), line);
}

std::string read_sums(const std::string& maildir) {
  const auto file = fs::open(maildir + "/maildirsize", O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const auto text = file ? fs::read_up_to(file->get(), 0, file_limit + 1) : file.error();
  return text && text->size() <= file_limit ? *text : std::string();
}

}  // namespace

std::optional<std::uint64_t> size_in(std::string_view name) {
  const auto at = name.find(",S=");
  if (at == std::string_view::npos) return std::nullopt;
  const auto rest = name.substr(at + 3);
  return base::parse_number(rest.substr(0, rest.find_first_not_of("0123456789")), most);
}

base::Result<Quota> parse_quota(std::string_view text) {
  const auto whole = base::trim(text);
  QuotaParts out;
  if (whole.empty()) return Quota();
  for (const auto part : base::split(whole, ',')) {
    const bool first = part.data() == whole.data();
    if (!put_part(base::trim(part), first, out))
      return base::fail(base::Exit::configuration,
                        "quota: '" + base::printable(whole, 100) + "' is none, as 1G or 1G,5000 is");
  }
  return Quota{out.octets.value_or(0), out.messages.value_or(0)};
}

std::string to_string(const Quota& quota) {
  std::string out = quota.octets == 0 ? "" : std::to_string(quota.octets) + "S";
  if (quota.messages != 0) out += (out.empty() ? "" : ",") + std::to_string(quota.messages) + "C";
  return out;
}

base::Result<Usage> parse_usage(std::string_view text, const Quota& quota) {
  const auto wrong = [] { return base::fail(base::Exit::data, "maildirsize: not to be used"); };
  const auto written = parse_quota(take_part(text, '\n'));
  if (!written || *written != quota || text.empty() || !text.ends_with('\n')) return wrong();
  std::int64_t octets = 0, messages = 0;
  while (!text.empty()) {
    const auto words = base::words(take_part(text, '\n'));
    const auto first = words.size() == 2 ? parse_signed(words[0]) : std::nullopt;
    const auto second = words.size() == 2 ? parse_signed(words[1]) : std::nullopt;
    if (!first || !second) return wrong();
    octets = std::clamp<std::int64_t>(octets + *first, -static_cast<std::int64_t>(most), most);
    messages = std::clamp<std::int64_t>(messages + *second, -static_cast<std::int64_t>(most), most);
  }
  if (octets < 0 || messages < 0) return wrong();
  return Usage{static_cast<std::uint64_t>(octets), static_cast<std::uint64_t>(messages)};
}

base::Result<Room> room_for(const std::string& maildir, const Quota& quota, std::uint64_t octets,
                            std::uint64_t now, std::uint64_t messages) {
  if (quota == Quota()) return Room::enough;
  if (quota.octets != 0 && octets > quota.octets) return Room::never;
  const auto text = read_sums(maildir);
  const auto known = parse_usage(text, quota);
  if (known && fits(*known, quota, octets, messages)) return Room::enough;
  if (known && is_fresh(maildir, text, now)) return Room::full;
  TRY_ASSIGN(const auto counted, count(maildir, quota, now));
  return fits(counted, quota, octets, messages) ? Room::enough : Room::full;
}

base::Result<Usage> usage_of(const std::string& maildir, const Quota& quota, std::uint64_t now) {
  const auto text = read_sums(maildir);
  const auto known = parse_usage(text, quota);
  return known && is_fresh(maildir, text, now) ? known : count(maildir, quota, now);
}

void count_in(const std::string& maildir, std::uint64_t octets, std::uint64_t messages) {
  append_line(maildir, std::to_string(octets) + " " + std::to_string(messages) + "\n");
}

void count_out(const std::string& maildir, std::uint64_t octets, std::uint64_t messages) {
  if (messages != 0)
    append_line(maildir, "-" + std::to_string(octets) + " -" + std::to_string(messages) + "\n");
}

std::uint64_t counted_size(const std::string& path) {
  const auto name = std::string_view(path).substr(path.rfind('/') + 1);
  if (is_deleted(name)) return 0;
  const auto size = size_in(name);
  return size ? *size : file_size(path);
}

std::uint64_t file_size(const std::string& path) {
  struct stat info = {};
  return lstat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

}  // namespace maildir

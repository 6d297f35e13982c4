#include "serve/mta_sts_cache.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "fs/replace_file.hpp"

namespace serve {

namespace {

constexpr std::size_t record_limit = net::sts_policy_limit + 1024;
constexpr std::uint64_t day = 86'400;
constexpr const char* tidied = ".tidied";    // holds when that was
constexpr const char* counted = ".counted";  // has an octet for each domain

StsRecord read_record(const std::string& path) {
  const auto text = fs::read_all(path, record_limit);
  const auto record = text ? parse_sts_record(*text) : base::Result<StsRecord>(text.error());
  return record ? *record : StsRecord{};
}

/// A time that is yet to come is a wrong clock's.
bool is_past(std::uint64_t begin, std::uint64_t lasts, std::uint64_t now) {
  return begin > now || now - begin >= lasts;
}

bool is_spent(const StsRecord& record, std::uint64_t now) {
  const auto policy = net::parse_sts_policy(record.text);
  return (!policy || is_past(record.fetched, policy->max_age, now)) && is_past(record.tried, day, now);
}

}  // namespace

std::string to_text(const StsRecord& record) {
  std::string out;
  const auto put = [&](std::string_view key, const std::string& value) {
    if (!value.empty() && value != "0") out += std::string(key) + ": " + value + "\n";
  };
  put("id", record.id);
  put("fetched", std::to_string(record.fetched));
  put("tried-id", record.tried_id);
  put("tried", std::to_string(record.tried));
  put("trouble", record.trouble);
  return out + "\n" + record.text;
}

base::Result<StsRecord> parse_sts_record(std::string_view text) {
  StsRecord out;
  while (true) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return base::fail(base::Exit::data, "no line between head and policy");
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.empty()) break;
    const auto colon = std::min(line.find(": "), line.size());
    const auto key = line.substr(0, colon);
    const auto value = line.substr(std::min(colon + 2, line.size()));
    const auto number = base::parse_number(value);
    if (key == "id") out.id = value;
    if (key == "fetched" && number) out.fetched = *number;
    if (key == "tried-id") out.tried_id = value;
    if (key == "tried" && number) out.tried = *number;
    if (key == "trouble") out.trouble = value;
  }
  out.text = text;
  return out;
}

StsRecord StsCache::load(const std::string& domain) const {
  const auto path = directory_ + "/" + domain;
  // When it was asked for last. The other time is changed by whoever only looks, or by nobody, as the file
  // system is mounted.
  constexpr timespec now[] = {{0, UTIME_OMIT}, {0, UTIME_NOW}};
  (void)utimensat(AT_FDCWD, path.c_str(), now, AT_SYMLINK_NOFOLLOW);
  return read_record(path);
}

base::Result<void> StsCache::store(const std::string& domain, const StsRecord& record) const {
  const auto path = directory_ + "/" + domain;
  if (access(path.c_str(), F_OK) != 0) TRY(make_room());
  // A domain does not begin with a dot.
  const auto unfinished = directory_ + "/." + std::to_string(getpid());
  return fs::replace_file(unfinished, path, {to_text(record)}, fs::Durability::full, 0644);
}

/// For one more. Several processes work here, and none of them looks at all names for each: whoever adds one
/// makes a file longer, and only where that says that there are too many are they looked at.
base::Result<void> StsCache::make_room() const {
  const auto path = directory_ + "/" + counted;
  TRY_ASSIGN(const auto count, fs::open(path, O_WRONLY | O_CREAT | O_APPEND, 0644));
  struct stat info = {};
  if (fstat(count.get(), &info) != 0) return base::system_error(path);
  const auto known = static_cast<std::size_t>(info.st_size);
  if (known == 0 || known >= most_) {
    TRY_ASSIGN(const auto left, forget_some());
    if (ftruncate(count.get(), static_cast<off_t>(left)) != 0) return base::system_error(path);
  }
  return fs::write_all(count.get(), "x");
}

base::Result<std::vector<std::string>> StsCache::names() const {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(directory_.c_str()), closedir);
  if (!directory) return base::system_error(directory_);
  std::vector<std::string> out;
  while (const dirent* item = readdir(directory.get())) {
    if (item->d_name[0] != '.') out.emplace_back(item->d_name);
  }
  return out;
}

/// Where there is no room for one more, a tenth. How many are left.
base::Result<std::size_t> StsCache::forget_some() const {
  TRY_ASSIGN(const auto all, names());
  if (all.size() < most_) return all.size();
  std::vector<std::pair<std::int64_t, std::string>> by_use;
  struct stat info = {};
  for (const auto& name : all) {
    const auto path = directory_ + "/" + name;
    if (lstat(path.c_str(), &info) == 0)
      by_use.emplace_back(info.st_mtim.tv_sec * 1'000'000 + info.st_mtim.tv_nsec / 1000, path);
  }
  std::sort(by_use.begin(), by_use.end());
  const auto wanted = std::min(all.size() - most_ + 1 + most_ / 10, by_use.size());
  for (std::size_t i = 0; i < wanted; ++i) unlink(by_use[i].second.c_str());
  return by_use.size() - wanted;
}

/// Noted before it is done: what one cannot finish must not have every other begin again.
base::Result<bool> StsCache::begins_tidying(std::uint64_t now) const {
  const auto path = directory_ + "/" + tidied;
  const auto last = fs::read_all(path, 100);
  const auto time = last ? base::parse_number(*last) : std::nullopt;
  if (time && !is_past(*time, day, now)) return false;
  TRY_ASSIGN(const auto file, fs::open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644));
  TRY(fs::write_all(file.get(), std::to_string(now)));
  return true;
}

bool StsCache::is_spent(const std::string& name, std::uint64_t now) const {
  const auto path = directory_ + "/" + name;
  struct stat info = {};
  if (lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  if (!name.starts_with('.')) return serve::is_spent(read_record(path), now);
  // They are counted anew then: a crash may have forgotten some.
  if (name == counted) return true;
  return name != tidied && is_past(static_cast<std::uint64_t>(info.st_mtim.tv_sec), day, now);
}

base::Result<void> StsCache::tidy(std::uint64_t now) const {
  TRY_ASSIGN(const bool begins, begins_tidying(now));
  if (!begins) return {};
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(directory_.c_str()), closedir);
  if (!directory) return base::system_error(directory_);
  while (const dirent* item = readdir(directory.get())) {
    if (is_spent(item->d_name, now)) unlinkat(dirfd(directory.get()), item->d_name, 0);
  }
  return {};
}

}  // namespace serve

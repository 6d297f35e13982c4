#include "maildir/scan.hpp"

#include <dirent.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>

#include "base/ascii.hpp"
#include "maildir/entry.hpp"

namespace maildir {

namespace {

constexpr std::size_t id_limit = 70;

base::Result<void> scan_folder(const std::string& path, std::vector<Item>& into) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
  if (!directory && errno == ENOENT) return {};
  if (!directory) return base::system_error(path);
  while (const dirent* item = readdir(directory.get())) {
    if (!is_message(directory.get(), *item)) continue;
    const std::string_view name = item->d_name;
    into.push_back({std::string(base_of(name)), path + "/" + std::string(name)});
  }
  return {};
}

base::Result<std::optional<Item>> find_again(const std::string& maildir, const Item& wanted) {
  TRY_ASSIGN(const auto items, scan(maildir));
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.base == wanted.base; });
  return found == items.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

std::string_view base_of(std::string_view file_name) {
  return file_name.substr(0, file_name.find(":2,"));
}

std::optional<std::uint64_t> wire_size_in(std::string_view base) {
  const auto at = base.find(",W=");
  if (at == std::string_view::npos) return std::nullopt;
  const auto value = base.substr(at + 3);
  return base::parse_number(value.substr(0, value.find(',')));
}

base::Result<std::vector<Item>> scan(const std::string& maildir) {
  std::vector<Item> out;
  for (const char* folder : {"/new", "/cur"}) TRY(scan_folder(maildir + folder, out));
  std::sort(out.begin(), out.end(), [](const Item& a, const Item& b) { return a.base < b.base; });
  // A message that moved from new to cur between the two looks is one message.
  const auto same = [](const Item& a, const Item& b) { return a.base == b.base; };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

base::Result<fs::Fd> open(const std::string& maildir, const Item& item) {
  auto file = open_file(item.path);
  if (file || file.error().code != base::Exit::no_input) return file;
  TRY_ASSIGN(const auto again, find_again(maildir, item));
  if (!again) return file;
  return open_file(again->path);
}

base::Result<void> remove(const std::string& maildir, const Item& item) {
  if (unlink(item.path.c_str()) == 0) return {};
  if (errno != ENOENT) return base::system_error(item.path);
  TRY_ASSIGN(const auto again, find_again(maildir, item));
  if (again && unlink(again->path.c_str()) != 0 && errno != ENOENT) return base::system_error(again->path);
  return {};
}

std::string unique_id(std::string_view base) {
  const bool fits = !base.empty() && base.size() <= id_limit &&
                    std::all_of(base.begin(), base.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (fits) return std::string(base);
  const auto checksum = crc32_z(0, reinterpret_cast<const Bytef*>(base.data()), base.size());
  std::string out;
  for (const char c : base.substr(0, id_limit - 11)) out += c > ' ' && c <= '~' ? c : '_';
  return out + "-" + std::to_string(checksum);
}

}  // namespace maildir

#include "spool/in_hand.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cstdio>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "fs/fd.hpp"

namespace spool {

namespace {

constexpr std::size_t limit = 16 << 20;  // bytes

}  // namespace

std::unordered_set<std::uint64_t> locked_inodes(std::string_view text, unsigned major, unsigned minor) {
  char device[32];
  std::snprintf(device, sizeof device, "%02x:%02x:", major, minor);
  std::unordered_set<std::uint64_t> out;
  while (!text.empty()) {
    // 1: FLOCK  ADVISORY  WRITE 1234 fe:01:5678 0 EOF
    const auto words = base::words(base::take_line(text));
    if (words.size() < 6 || words[1] != "FLOCK" || !words[5].starts_with(device)) continue;
    if (const auto inode =
            base::parse_number(std::string_view(words[5]).substr(std::string_view(device).size())))
      out.insert(*inode);
  }
  return out;
}

std::unordered_set<std::uint64_t> in_hand(const std::string& spool) {
  struct stat info = {};
  const auto text = fs::read_all("/proc/locks", limit);
  if (!text || stat((spool + "/queue").c_str(), &info) != 0) return {};
  return locked_inodes(*text, major(info.st_dev), minor(info.st_dev));
}

}  // namespace spool

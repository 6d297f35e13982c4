#include "maildir/uid_set.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace maildir {

namespace {

std::string text_of(const UidRange& range) {
  const auto first = std::to_string(range.first);
  return range.first == range.last ? first : first + ":" + std::to_string(range.last);
}

}  // namespace

std::optional<UidSet> parse_uid_set(std::string_view text) {
  UidSet out;
  while (true) {
    const auto part = text.substr(0, text.find(','));
    const auto colon = part.find(':');
    const auto first = base::parse_number(part.substr(0, colon), UINT32_MAX);
    const auto last =
        colon == std::string_view::npos ? first : base::parse_number(part.substr(colon + 1), UINT32_MAX);
    if (!first || !last || *first == 0 || *last < *first) return std::nullopt;
    if (!out.empty() && *first <= out.back().last) return std::nullopt;
    out.push_back({static_cast<std::uint32_t>(*first), static_cast<std::uint32_t>(*last)});
    if (part.size() == text.size()) return out;
    text.remove_prefix(part.size() + 1);
  }
}

std::string to_string(const UidSet& set) {
  std::string out;
  for (const auto& range : set) out += (out.empty() ? "" : ",") + text_of(range);
  return out;
}

void append_uid(UidSet& set, std::uint32_t uid) {
  if (!set.empty() && set.back().last + 1 == uid) {
    set.back().last = uid;
  } else {
    set.push_back({uid, uid});
  }
}

UidSet to_uid_set(std::vector<std::uint32_t> uids) {
  std::sort(uids.begin(), uids.end());
  uids.erase(std::unique(uids.begin(), uids.end()), uids.end());
  UidSet out;
  for (const auto uid : uids) append_uid(out, uid);
  return out;
}

UidSet merge(std::vector<UidRange> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  UidSet out;
  for (const auto& range : ranges) {
    const bool touches =
        !out.empty() && (range.first <= out.back().last || range.first - 1 == out.back().last);
    if (touches) {
      out.back().last = std::max(out.back().last, range.last);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

std::vector<UidSet> split(const UidSet& set, std::size_t octets) {
  std::vector<UidSet> out;
  std::size_t used = octets;
  for (const auto& range : set) {
    const auto length = text_of(range).size() + 1;
    if (used + length > octets) {
      out.emplace_back();
      used = 0;
    }
    out.back().push_back(range);
    used += length;
  }
  return out;
}

}  // namespace maildir

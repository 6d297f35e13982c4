// Sets of UIDs as IMAP writes them: "1:5,7,9:12", ascending. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maildir {

struct UidRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;  // itself one of them
  friend bool operator==(const UidRange&, const UidRange&) = default;
};
using UidSet = std::vector<UidRange>;  // ascending, none touches the next

/// Nothing: not of that form, 0, or not ascending.
std::optional<UidSet> parse_uid_set(std::string_view text);
std::string to_string(const UidSet& set);

/// Puts one behind the last: `uid` is greater than all in the set.
void append_uid(UidSet& set, std::uint32_t uid);

/// Of UIDs in any order.
UidSet to_uid_set(std::vector<std::uint32_t> uids);

/// All of several sets, in any order.
UidSet merge(std::vector<UidRange> ranges);

/// Parts whose text has at most `octets` each.
std::vector<UidSet> split(const UidSet& set, std::size_t octets);

}  // namespace maildir

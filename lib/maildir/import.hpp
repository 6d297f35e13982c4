// What other servers have left in a folder: UIDs, UIDVALIDITY and keywords of Dovecot (`dovecot-uidlist`,
// `dovecot-keywords`) and Courier (`courierimapuiddb`, `courierimapkeywords`).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "maildir/index_text.hpp"

namespace maildir {

struct Foreign {
  std::uint32_t validity = 0;
  std::uint32_t uid_next = 1;
  std::map<std::string, std::uint32_t, std::less<>> uids;  // by the bases of file names
};

/// Pure. Nothing: it is none, or of a version that is not known. UIDs that go down or stand twice are left
/// out; their messages get new ones.
std::optional<Foreign> parse_dovecot_uids(std::string_view text);
std::optional<Foreign> parse_courier_uids(std::string_view text);

/// Pure: what the letters a to z behind ":2," mean, by their number ("0 $Junk" is what 'a' means).
std::vector<std::string> parse_dovecot_keywords(std::string_view text);

/// Puts into `state`, which has no messages, all files of the folder that another server has given a UID, and
/// its UIDVALIDITY. Nothing of the kind there: nothing happens. `now`: as list() takes it.
base::Result<void> import(const std::string& folder, std::uint64_t now, IndexState& state);

}  // namespace maildir

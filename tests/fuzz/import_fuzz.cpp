// Whatever another server has left as UIDs: none is 0, none stands twice, none is at or above UIDNEXT. As
// names: none is empty, and what one means has nothing more behind it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

#include "base/utf8.hpp"
#include "maildir/foreign_names.hpp"
#include "maildir/import.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& foreign : {maildir::parse_dovecot_uids(text), maildir::parse_courier_uids(text)}) {
    if (!foreign) continue;
    std::set<std::uint32_t> used;
    for (const auto& [base, uid] : foreign->uids) {
      if (base.empty() || uid == 0 || uid >= foreign->uid_next || !used.insert(uid).second) std::abort();
    }
    if (foreign->validity == 0) std::abort();
  }
  if (maildir::parse_dovecot_keywords(text).size() > 26) std::abort();
  for (const auto& names :
       {maildir::parse_dovecot_subscriptions(text), maildir::parse_courier_subscriptions(text)}) {
    for (const auto& name : names) {
      if (name.empty()) std::abort();
    }
  }
  const auto meant = maildir::foreign_name(text);
  if (meant && !base::is_utf8(*meant)) std::abort();
  return 0;
}

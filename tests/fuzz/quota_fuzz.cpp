// Any text as a quota or a maildirsize: what is taken comes back as it is written, and sums are sums of
// something.
#include "maildir/quota.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto quota = maildir::parse_quota(text)) {
    if (maildir::parse_quota(maildir::to_string(*quota)).value() != *quota) std::abort();
  }
  const maildir::Quota quota = {1000, 0};
  const auto usage = maildir::parse_usage("1000S\n" + std::string(text), quota);
  if (usage && !text.ends_with('\n')) std::abort();
  return 0;
}

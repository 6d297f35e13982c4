// Any bytes behind a good head are an index: UIDs stay in order, none is at or above UIDNEXT, and the same
// bytes in two pieces give the same state.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "maildir/index_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text =
      maildir::format_head(1, 1, 1, 1) + std::string(reinterpret_cast<const char*>(data), size);
  maildir::IndexState whole;
  std::string_view rest = text;
  if (!maildir::parse_head(rest, whole)) std::abort();
  maildir::IndexState pieces = whole;
  const auto used = maildir::apply_lines(rest, whole);
  if (used > rest.size()) std::abort();
  const auto first = maildir::apply_lines(rest.substr(0, rest.size() / 2), pieces);
  maildir::apply_lines(rest.substr(first), pieces);
  if (pieces.uid_next != whole.uid_next || pieces.records.size() != whole.records.size()) std::abort();
  std::uint32_t last = 0;
  for (const auto& record : whole.records) {
    if (record.uid <= last || (record.uid >= whole.uid_next && record.uid != UINT32_MAX)) std::abort();
    last = record.uid;
    maildir::IndexState again;
    maildir::apply_lines(maildir::line_added(record), again);
    if (record.base.size() < 1000 && again.records.size() != 1) std::abort();
  }
  return 0;
}

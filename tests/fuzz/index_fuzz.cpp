// Any bytes behind a good head are an index: UIDs stay in order, none is at or above UIDNEXT, and the same
// bytes in two pieces give the same state, which written anew stays the same. The first octets say how much
// of them is the sorted part.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "maildir/index_text.hpp"

namespace {

void expect(bool good) {
  if (!good) std::abort();
}

maildir::IndexState begin(const maildir::Head& head, std::string_view text) {
  return maildir::begin_state(head, text.substr(0, static_cast<std::size_t>(head.log_begin())));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  maildir::Head wanted;
  wanted.validity = wanted.uid_next = 1;
  wanted.sets = data[0];
  wanted.rows = data[1] % 8 * maildir::row_width;
  wanted.names = data[2];
  wanted.history = data[3];
  const std::string text =
      maildir::format_head(wanted) + std::string(reinterpret_cast<const char*>(data) + 4, size - 4);
  const auto head = maildir::parse_head(text);
  expect(head.has_value());
  auto whole = begin(*head, text);
  auto pieces = begin(*head, text);
  std::string_view rest = text;
  rest.remove_prefix(std::min<std::size_t>(static_cast<std::size_t>(head->log_begin()), rest.size()));
  expect(maildir::apply_lines(rest, whole) <= rest.size());
  const auto first = maildir::apply_lines(rest.substr(0, rest.size() / 2), pieces);
  maildir::apply_lines(rest.substr(first), pieces);
  expect(pieces.uid_next == whole.uid_next && pieces.records.size() == whole.records.size());
  (void)maildir::vanished_since(whole, 1);
  const auto uids = whole.records.outline(1).uids;
  for (std::size_t i = 1; i < uids.size(); ++i) expect(uids[i - 1] < uids[i]);
  (void)whole.records.changed_since(1);
  (void)whole.records.misnamed();
  for (std::size_t i = 0; i < whole.records.size(); ++i) (void)whole.records[i];
  const auto anew = maildir::format_index(whole, 2);
  const auto again = begin(*maildir::parse_head(anew), anew);
  expect(again.records.size() <= whole.records.size());
  return 0;
}

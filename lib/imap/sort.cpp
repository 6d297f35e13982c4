// SORT (RFC 5256, RFC 5957): parsed beside SEARCH, whose words and answers it shares.
#include <algorithm>

#include "imap/gist.hpp"
#include "imap/selected.hpp"
#include "imap/threading.hpp"

namespace imap {

namespace {

struct Entry {
  std::size_t place = 0;
  std::vector<SortValue> values;
};

bool before(const Entry& a, const Entry& b, const std::vector<SortKey>& keys) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto& left = keys[i].reverse ? b.values[i] : a.values[i];
    const auto& right = keys[i].reverse ? a.values[i] : b.values[i];
    if (left.number != right.number) return left.number < right.number;
    if (left.text != right.text) return left.text < right.text;
  }
  return a.place < b.place;
}

}  // namespace

base::Result<Selected::Places> Selected::sorted(const Search& command, const Places& found,
                                                Progress& progress) {
  using Kind = SortKey::Kind;
  const bool header = std::any_of(command.sort.begin(), command.sort.end(), [](const SortKey& key) {
    return key.kind != Kind::arrival && key.kind != Kind::size;
  });
  const bool sizes = std::any_of(command.sort.begin(), command.sort.end(),
                                 [](const SortKey& key) { return key.kind == Kind::size; });
  std::vector<Entry> entries;
  entries.reserve(found.size());
  std::size_t octets = 0;
  each_found(found, header, progress, [&](std::size_t place, const Message& message, const Gist& gist) {
    Entry entry = {place, {}};
    // One that cannot be read has its place among those without any such field.
    const auto size = sizes ? mailbox_->size(message.uid) : base::Result<std::uint64_t>(0);
    for (const auto& key : command.sort) {
      auto value = sort_value(key.kind, gist);
      if (!value) {
        const auto number = key.kind != Kind::size ? mailbox_->date(message) : size ? *size : 0;
        value = SortValue{{}, static_cast<std::int64_t>(number)};
      }
      octets += value->text.size();
      entry.values.push_back(std::move(*value));
    }
    if (octets <= room_for_names) entries.push_back(std::move(entry));
  });
  if (octets > room_for_names)
    return base::fail(base::Exit::unavailable, "these messages have too long names");
  std::sort(entries.begin(), entries.end(),
            [&](const Entry& a, const Entry& b) { return before(a, b, command.sort); });
  Places out;
  for (const auto& entry : entries) out.push_back(entry.place);
  return out;
}

}  // namespace imap

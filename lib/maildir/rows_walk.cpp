// Rows: what is found out about all of them, a large folder's too, with the least of each row.
#include <algorithm>
#include <set>
#include <utility>

#include "maildir/rows.hpp"

namespace maildir {

/// `of_row(row)` of those as they are in the snapshot, `of_kept(kept)` of the others; in order.
template <class OfRow, class OfKept>
void Rows::walk(OfRow of_row, OfKept of_kept) const {
  auto gone = removed_.begin();
  auto changed = changed_.begin();
  for (std::size_t row = 0; row < snapshot_.size(); ++row) {
    if (gone != removed_.end() && *gone == row) {
      ++gone;
    } else if (changed != changed_.end() && changed->first == row) {
      of_kept((changed++)->second);
    } else {
      of_row(row);
    }
  }
  for (const auto& kept : added_) of_kept(kept);
}

Rows::Outline Rows::outline(unsigned flag) const {
  Outline out;
  out.uids.reserve(size());
  std::uint32_t last = 0;
  // Each is read once, and looked at twice: before the row that it is in, and for it.
  std::size_t read = SIZE_MAX;
  std::uint32_t read_uid = 0;
  const auto uid_at = [&](std::size_t row) {
    if (row == snapshot_.size()) return UINT32_MAX;
    if (row != std::exchange(read, row)) read_uid = snapshot_.uid(row);
    return read_uid;
  };
  const auto add = [&](std::uint32_t uid, unsigned system) {
    last = uid;
    if ((system & flag) == 0 && out.without++ == 0) out.first = out.uids.size();
    out.uids.push_back(uid);
  };
  walk(
      [&](std::size_t row) {
        const auto uid = uid_at(row);
        if (uid > last && (uid < uid_at(row + 1) || snapshot_.is_good(row)))
          return add(uid, snapshot_.system(row));
        damaged_ = true;
      },
      [&](const Kept& kept) {
        if (kept.entry.uid > last) add(kept.entry.uid, kept.entry.system);
      });
  if (out.without == 0) out.first = out.uids.size();
  return out;
}

std::vector<std::uint32_t> Rows::changed_since(std::uint64_t modseq) const {
  std::vector<std::uint32_t> out;
  const auto add = [&](std::uint32_t uid) {
    if (out.empty() || uid > out.back()) out.push_back(uid);
  };
  const auto text = modseq_text(modseq);
  walk(
      [&](std::size_t row) {
        if (snapshot_.modseq_text(row) > text) add(snapshot_.uid(row));
      },
      [&](const Kept& kept) {
        if (kept.entry.modseq > modseq) add(kept.entry.uid);
      });
  return out;
}

std::vector<std::uint32_t> Rows::misnamed() const {
  std::vector<std::uint32_t> out;
  const auto is_due = [](std::string_view place, unsigned system) {
    return !place.starts_with("new/") && from_letters(letters_of(place)) != system;
  };
  walk(
      [&](std::size_t row) {
        if (is_due(snapshot_.name(row), snapshot_.system(row))) out.push_back(snapshot_.uid(row));
      },
      [&](const Kept& kept) {
        if (is_due(kept.place, kept.entry.system)) out.push_back(kept.entry.uid);
      });
  return out;
}

std::vector<std::string> Rows::all_keywords() const {
  std::set<std::string> out;
  for (const auto& set : sets_) out.insert(set.begin(), set.end());
  return {out.begin(), out.end()};
}

}  // namespace maildir

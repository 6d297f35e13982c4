#include "maildir/rows.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/hex.hpp"
#include "maildir/file_name.hpp"

namespace maildir {

namespace {

bool must_be_escaped(char c) {
  return (c >= 0 && c <= ' ') || c == '%' || c == 127;
}

void append_escaped(std::string& out, std::string_view name) {
  if (std::none_of(name.begin(), name.end(), must_be_escaped)) {
    out += name;
    return;
  }
  for (const char c : name) {
    if (!must_be_escaped(c)) {
      out += c;
      continue;
    }
    out += '%';
    out += base::to_hex({&c, 1});
  }
}

std::string unescape(std::string_view word) {
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool escaped = word[i] == '%' && i + 2 < word.size() && base::hex_value(word[i + 1]) >= 0 &&
                         base::hex_value(word[i + 2]) >= 0;
    out += escaped ? static_cast<char>(base::hex_value(word[i + 1]) * 16 + base::hex_value(word[i + 2]))
                   : word[i];
    i += escaped ? 2 : 0;
  }
  return out;
}

}  // namespace

std::string place_word(std::string_view base, std::string_view suffix, bool in_new) {
  std::string out = in_new ? "new/" : "cur/";
  out.reserve(out.size() + base.size() + suffix.size());
  append_escaped(out, base);
  append_escaped(out, suffix);
  return out;
}

Name name_in(std::string_view place, std::string& room) {
  Name out;
  out.in_new = place.starts_with("new/");
  auto file = place.substr(std::min<std::size_t>(4, place.size()));
  if (file.find('%') != std::string_view::npos) {
    room = unescape(file);
    file = room;
  }
  out.base = base_of(file);
  out.suffix = file.substr(out.base.size());
  return out;
}

void Rows::begin_with(Snapshot snapshot, std::vector<std::vector<std::string>> sets) {
  *this = Rows();
  snapshot_ = snapshot;
  sets_ = std::move(sets);
  for (std::uint32_t i = 0; i < sets_.size(); ++i) numbers_.emplace(sets_[i], i + 1);
  checked_.assign(snapshot_.size(), false);
}

const std::vector<std::string>& Rows::keywords(std::uint32_t words) const {
  static const std::vector<std::string> none;
  return words == 0 || words > sets_.size() ? none : sets_[words - 1];
}

std::uint32_t Rows::number_of(const std::vector<std::string>& keywords) {
  if (keywords.empty()) return 0;
  const auto [place, fresh] = numbers_.emplace(keywords, static_cast<std::uint32_t>(sets_.size() + 1));
  if (fresh) sets_.push_back(keywords);
  return place->second;
}

std::uint32_t Rows::uid_of(std::size_t row) const {
  return row < snapshot_.size() ? snapshot_.uid(row) : added_[row - snapshot_.size()].entry.uid;
}

std::size_t Rows::lower_row(std::uint32_t uid) const {
  std::size_t low = 0;
  std::size_t high = rows();
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    if (uid_of(middle) < uid) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

bool Rows::is_removed(std::size_t row) const {
  return row < snapshot_.size() &&
         std::binary_search(removed_.begin(), removed_.end(), static_cast<std::uint32_t>(row));
}

std::size_t Rows::row_at(std::size_t position) const {
  // removed_[i] - i rows are left in front of the i-th removed one, which never gets fewer.
  std::size_t low = 0;
  std::size_t high = removed_.size();
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    if (removed_[middle] - middle <= position) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return position + low;
}

Entry Rows::entry_of(std::size_t row) const {
  if (row >= snapshot_.size()) {
    const Kept& kept = added_[row - snapshot_.size()];
    Entry out = kept.entry;
    out.place = kept.place;
    return out;
  }
  if (const auto found = changed_.find(static_cast<std::uint32_t>(row)); found != changed_.end()) {
    Entry out = found->second.entry;
    out.place = found->second.place;
    return out;
  }
  if (!checked_[row]) {
    if (!snapshot_.is_good(row)) {
      damaged_ = true;
      return {};
    }
    checked_[row] = true;
  }
  return snapshot_.entry(row);
}

Entry Rows::at(std::size_t position) const {
  return entry_of(row_at(position));
}

Record Rows::record(const Entry& entry) const {
  Record out;
  out.uid = entry.uid;
  out.modseq = entry.modseq;
  out.date = entry.date;
  out.saved = entry.saved;
  out.id = entry.id;
  if (entry.size != unknown_size) out.size = entry.size;
  out.flags = {entry.system, keywords(entry.words)};
  std::string room;
  const auto name = name_in(entry.place, room);
  out.base = name.base;
  out.suffix = name.suffix;
  out.in_new = name.in_new;
  return out;
}

std::size_t Rows::position_of(std::size_t row) const {
  if (removed_.empty()) return row;
  const auto before = std::lower_bound(removed_.begin(), removed_.end(), static_cast<std::uint32_t>(row));
  return row - static_cast<std::size_t>(before - removed_.begin());
}

std::size_t Rows::lower_bound(std::uint32_t uid) const {
  return position_of(lower_row(uid));
}

std::optional<std::size_t> Rows::position(std::uint32_t uid) const {
  // Where no UID is missing, the place is known.
  const auto guess = uid - 1;
  const bool guessed = uid > 0 && guess < rows() && uid_of(guess) == uid;
  const auto row = guessed ? guess : lower_row(uid);
  if (row == rows() || uid_of(row) != uid || is_removed(row)) return std::nullopt;
  return position_of(row);
}

std::string_view Rows::place(std::size_t position) const {
  const auto row = row_at(position);
  if (row >= snapshot_.size()) return added_[row - snapshot_.size()].place;
  const auto found = changed_.find(static_cast<std::uint32_t>(row));
  return found == changed_.end() ? snapshot_.name(row) : std::string_view(found->second.place);
}

Rows::Kept& Rows::kept(std::size_t row) {
  if (row >= snapshot_.size()) return added_[row - snapshot_.size()];
  const auto key = static_cast<std::uint32_t>(row);
  if (const auto found = changed_.find(key); found != changed_.end()) return found->second;
  const Entry entry = entry_of(row);
  return changed_.emplace_hint(changed_.end(), key, Kept{entry, std::string(entry.place)})->second;
}

void Rows::add(const Record& record) {
  Kept fresh;
  fresh.entry.uid = record.uid;
  fresh.entry.modseq = record.modseq;
  fresh.entry.date = record.date;
  fresh.entry.saved = record.saved;
  fresh.entry.id = record.id;
  fresh.entry.size = record.size.value_or(unknown_size);
  fresh.entry.system = record.flags.system;
  fresh.entry.words = number_of(record.flags.keywords);
  fresh.place = place_word(record.base, record.suffix, record.in_new);
  const auto row = lower_row(record.uid);
  if (row == rows()) {
    added_.push_back(std::move(fresh));
  } else if (uid_of(row) == record.uid && !is_removed(row)) {
    kept(row) = std::move(fresh);
  }
}

std::size_t Rows::remove(const UidSet& set) {
  std::vector<std::uint32_t> gone;
  const auto before = size();
  for (const auto& range : set) {
    for (auto row = lower_row(range.first); row < snapshot_.size() && uid_of(row) <= range.last; ++row) {
      if (!is_removed(row)) gone.push_back(static_cast<std::uint32_t>(row));
      changed_.erase(static_cast<std::uint32_t>(row));
    }
  }
  const auto middle = static_cast<std::ptrdiff_t>(removed_.size());
  removed_.insert(removed_.end(), gone.begin(), gone.end());
  std::inplace_merge(removed_.begin(), removed_.begin() + middle, removed_.end());
  auto range = set.begin();
  std::erase_if(added_, [&](const Kept& one) {
    while (range != set.end() && range->last < one.entry.uid) ++range;
    return range != set.end() && range->first <= one.entry.uid;
  });
  return before - size();
}

}  // namespace maildir

#include "maildir/index_text.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/hex.hpp"
#include "maildir/checksum.hpp"

namespace maildir {

namespace {

constexpr std::string_view head_word = "tubepost-index 3 ";
constexpr std::string_view shortest_line = "+ 1 1 0 0 - 0 - new/a 00000000\n";
constexpr std::size_t set_limit = 4096;  // octets of UIDs in one line
constexpr std::size_t most_shift = 8;    // octets put into a line of the head; no line behind it is as short
static_assert(3 * 255 + keywords_limit * (keyword_limit + 1) + set_limit + 200 < index_line_limit);

/// The words of a line whose checksum fits; none otherwise. Empty words count.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  if (line.size() >= index_line_limit) return words;
  const auto content = checked_content(line);
  for (std::size_t at = 0; at < content.size();) {
    const auto end = content.find(' ', at);
    words.push_back(content.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

/// Reads numbers word by word; one that is none spoils all.
class Numbers {
 public:
  std::uint64_t operator()(std::string_view word, std::uint64_t most = UINT64_MAX) {
    const auto value = base::parse_number(word, most);
    good = good && value.has_value();
    return value.value_or(0);
  }
  std::uint32_t uid(std::string_view word) { return static_cast<std::uint32_t>((*this)(word, UINT32_MAX)); }
  std::uint64_t hex(std::string_view word) {
    std::uint64_t out = 0;
    for (const char c : word) {
      good = good && base::hex_value(c) >= 0;
      out = out << 4 | static_cast<std::uint64_t>(base::hex_value(c) & 15);
    }
    return out;
  }
  UidSet set(std::string_view word) {
    auto out = parse_uid_set(word);
    good = good && out.has_value();
    return out ? std::move(*out) : UidSet();
  }
  bool good = true;
};

std::string text(std::uint64_t value) {
  return std::to_string(value);
}

std::string finish(std::string line) {
  finish_line(line, 0);
  return line;
}

using Words = std::vector<std::string_view>;

bool apply_added(const Words& words, IndexState& state) {
  Numbers number;
  Record record;
  record.uid = number.uid(words[1]);
  record.modseq = number(words[2], largest_modseq);
  record.date = number(words[3]);
  record.saved = number(words[4]);
  if (words[5] != "-") record.size = number(words[5]);
  record.id = number.hex(words[6]);
  record.flags = from_word(words[7]);
  std::string room;
  const auto name = name_in(words[8], room);
  if (!number.good || record.uid == 0 || name.base.empty()) return false;
  record.base = name.base;
  record.suffix = name.suffix;
  record.in_new = name.in_new;
  state.modseq = std::max(state.modseq, record.modseq);
  state.uid_next = std::max(state.uid_next, record.uid == UINT32_MAX ? record.uid : record.uid + 1);
  state.records.add(record);
  return true;
}

bool apply_flags(const Words& words, IndexState& state) {
  Numbers number;
  const auto uids = number.set(words[1]);
  const auto modseq = number(words[2], largest_modseq);
  if (!number.good) return false;
  const auto flags = from_word(words[3]);
  const auto set = state.records.number_of(flags.keywords);
  state.modseq = std::max(state.modseq, modseq);
  state.records.change(uids, [&](Rows::Kept& kept) {
    kept.entry.modseq = modseq;
    kept.entry.system = flags.system;
    kept.entry.words = set;
  });
  return true;
}

bool apply_removed(const Words& words, IndexState& state) {
  Numbers number;
  auto uids = number.set(words[1]);
  const auto modseq = number(words[2], largest_modseq);
  if (!number.good) return false;
  state.modseq = std::max(state.modseq, modseq);
  state.records.remove(uids);
  state.vanished.push_back({modseq, std::move(uids)});
  return true;
}

bool apply_place(const Words& words, IndexState& state) {
  Numbers number;
  const auto uids = number.set(words[1]);
  const bool in_new = words[2].starts_with("new");
  if (!number.good || !(in_new || words[2].starts_with("cur"))) return false;
  std::string room;
  state.records.change(uids, [&](Rows::Kept& kept) {
    const auto name = name_in(kept.place, room);
    const auto bare = place_word(name.base, "", in_new);
    kept.place = bare + std::string(words[2].substr(3));
  });
  return true;
}

bool apply_number(const Words& words, IndexState& state) {
  Numbers number;
  const auto uid = number.uid(words[1]);
  const auto value = number(words[2]);
  if (!number.good || uid == 0) return false;
  state.records.change(
      {{uid, uid}}, [&](Rows::Kept& kept) { (words[0] == "s" ? kept.entry.size : kept.entry.date) = value; });
  return true;
}

bool apply_stamp(const Words& words, IndexState& state) {
  Numbers number;
  const Stamp stamp = {number(words[1]), number(words[2])};
  const auto looked = number(words[3]);
  if (!number.good) return false;
  state.stamp = stamp;
  state.looked = looked;
  return true;
}

bool apply_recent(const Words& words, IndexState& state) {
  Numbers number;
  const auto uid = number.uid(words[1]);
  if (number.good) state.recent = uid;
  return number.good;
}

/// Lines of one moment are one set.
bool apply_missed(const Words& words, IndexState& state) {
  Numbers number;
  Missed missed = {words[1] == "-" ? UidSet() : number.set(words[1]), number(words[2])};
  if (!number.good) return false;
  if (state.missed.since == missed.since)
    missed.uids.insert(missed.uids.end(), state.missed.uids.begin(), state.missed.uids.end());
  state.missed = {merge(std::move(missed.uids)), missed.since};
  return true;
}

bool apply_words(const Words& words, IndexState& state) {
  if (words.empty()) return false;
  if (words[0] == "+" && words.size() == 9) return apply_added(words, state);
  if (words[0] == "=" && words.size() == 4) return apply_flags(words, state);
  if (words[0] == "-" && words.size() == 3) return apply_removed(words, state);
  if (words[0] == "@" && words.size() == 3) return apply_place(words, state);
  if ((words[0] == "s" || words[0] == "d") && words.size() == 3) return apply_number(words, state);
  if (words[0] == "?" && words.size() == 3) return apply_missed(words, state);
  if (words[0] == "t" && words.size() == 4) return apply_stamp(words, state);
  if (words[0] == "r" && words.size() == 2) return apply_recent(words, state);
  return false;
}

template <class Line>
std::string lines_of(const UidSet& uids, Line line) {
  std::string out;
  for (const auto& part : split(uids, set_limit)) out += finish(line(to_string(part)));
  return out;
}

}  // namespace

const Record* IndexState::find(std::uint32_t uid) const {
  const auto position = records.position(uid);
  if (!position) return nullptr;
  found_ = records[*position];
  return found_.uid == uid ? &found_ : nullptr;
}

std::string format_head(const Head& head) {
  const auto line = finish(std::string(head_word) + text(head.validity) + " " + text(head.generation) + " " +
                           text(head.uid_next) + " " + text(head.modseq) + " " + text(head.object) + " " +
                           text(head.floor) + " " + text(head.sets) + " " + text(head.rows) + " " +
                           text(head.names) + " " + text(head.history));
  return line + line;
}

namespace {

/// One of the two lines, without its LF.
std::optional<Head> parse_head_line(std::string_view line) {
  if (!line.starts_with(head_word)) return std::nullopt;
  const auto words = words_of(line);
  if (words.size() != 12) return std::nullopt;
  constexpr std::uint64_t longest = UINT64_C(1) << 40;
  Numbers number;
  Head out;
  out.validity = number.uid(words[2]);
  out.generation = number(words[3]);
  out.uid_next = number.uid(words[4]);
  out.modseq = number(words[5], largest_modseq);
  out.object = number(words[6]);
  out.floor = number(words[7]);
  out.sets = number(words[8], longest);
  out.rows = number(words[9], longest);
  out.names = number(words[10], longest);
  out.history = number(words[11], longest);
  out.length = 2 * (line.size() + 1);
  if (!number.good || out.validity == 0 || out.uid_next == 0 || out.rows % row_width != 0)
    return std::nullopt;
  return out;
}

/// Where the second line ends, whose octets are damaged: at `expected`, or near it where some were put in or
/// left out.
std::size_t end_of_damaged(std::string_view text, std::size_t expected) {
  for (std::size_t far = 0; far <= most_shift; ++far) {
    for (const auto end : {expected + far, expected - far}) {
      if (end <= text.size() && text[end - 1] == '\n') return end;
    }
  }
  return expected;
}

}  // namespace

std::optional<Head> parse_head(std::string_view text) {
  text = text.substr(0, head_limit);
  std::optional<Head> out;
  std::size_t begin = 0, end = 0;
  // Each stands where it stands, whatever has become of the other.
  for (auto at = text.find(head_word); at != std::string_view::npos; at = text.find(head_word, at + 1)) {
    const auto line_end = text.find('\n', at);
    if (line_end == std::string_view::npos) break;
    const auto found = parse_head_line(text.substr(at, line_end - at));
    if (!found) continue;
    if (!out) begin = at;
    if (!out) out = found;
    end = line_end + 1;
  }
  if (!out) return std::nullopt;
  const auto size = out->length / 2;
  if (begin < size / 2 && end == begin + size) end = end_of_damaged(text, end + size);
  out->damaged = begin != 0 || text.substr(0, size) != text.substr(size, size);
  out->length = end;
  return out;
}

std::string line_added(const Record& record) {
  return finish("+ " + text(record.uid) + " " + text(record.modseq) + " " + text(record.date) + " " +
                text(record.saved) + " " + (record.size ? text(*record.size) : "-") + " " +
                base::hex_number(record.id) + " " + to_word(record.flags) + " " +
                place_word(record.base, record.suffix, record.in_new));
}

std::string line_size(std::uint32_t uid, std::uint64_t size) {
  return finish("s " + text(uid) + " " + text(size));
}

std::string line_date(std::uint32_t uid, std::uint64_t date) {
  return finish("d " + text(uid) + " " + text(date));
}

std::string line_stamp(const Stamp& stamp, std::uint64_t looked) {
  return finish("t " + text(stamp.cur) + " " + text(stamp.fresh) + " " + text(looked));
}

std::string line_recent(std::uint32_t first_uid) {
  return finish("r " + text(first_uid));
}

std::string lines_flags(const UidSet& uids, std::uint64_t& modseq, const Flags& flags) {
  return lines_of(
      uids, [&](const std::string& set) { return "= " + set + " " + text(++modseq) + " " + to_word(flags); });
}

std::string lines_missed(const Missed& missed) {
  if (missed.uids.empty()) return finish("? - 0");
  return lines_of(missed.uids, [&](const std::string& set) { return "? " + set + " " + text(missed.since); });
}

std::string lines_removed(const UidSet& uids, std::uint64_t& modseq) {
  return lines_of(uids, [&](const std::string& set) { return "- " + set + " " + text(++modseq); });
}

std::string lines_place(const UidSet& uids, std::string_view suffix, bool in_new) {
  const auto word = place_word("", suffix, false).substr(4);
  return lines_of(uids,
                  [&](const std::string& set) { return "@ " + set + (in_new ? " new" : " cur") + word; });
}

void skip_damaged(std::size_t length, IndexState& state) {
  ++state.damaged;
  const auto hidden = length / shortest_line.size() + 1;
  state.uid_next += static_cast<std::uint32_t>(std::min<std::size_t>(hidden, UINT32_MAX - state.uid_next));
  state.modseq += hidden;
}

std::size_t apply_lines(std::string_view lines, IndexState& state) {
  std::size_t used = 0;
  while (used < lines.size()) {
    const auto rest = lines.substr(used);
    const auto end = rest.substr(0, index_line_limit).find('\n');
    if (end == std::string_view::npos && rest.size() <= index_line_limit) break;
    const auto length = std::min(end, index_line_limit);
    const bool good = end != std::string_view::npos && apply_words(words_of(rest.substr(0, end)), state);
    used += end == std::string_view::npos ? length : end + 1;
    ++state.lines;
    if (!good) skip_damaged(length, state);
  }
  return used;
}

}  // namespace maildir

// The index as a whole: its sorted part read and written, and what its history says.
#include <algorithm>

#include "base/lines.hpp"
#include "maildir/checksum.hpp"
#include "maildir/index_text.hpp"

namespace maildir {

namespace {

constexpr std::uint32_t sets_limit = 999'999;     // what the column holds
constexpr std::size_t history_limit = 64 * 1024;  // octets of lines about messages that are gone

std::string_view take(std::string_view& text, std::uint64_t length) {
  const auto out = text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(length, text.size())));
  text.remove_prefix(out.size());
  return out;
}

/// False where a line of one is damaged; its messages have no keywords then.
bool parse_sets(std::string_view text, std::vector<std::vector<std::string>>& into) {
  bool good = true;
  while (!text.empty()) {
    auto content = checked_content(base::take_line(text));
    good = good && content.size() > 3 && content.starts_with("k ");
    if (content.size() > 3) content = content.substr(2, content.size() - 3);
    into.push_back(from_word(content).keywords);
  }
  return good;
}

/// Nothing where a line is damaged: it is not known what went with it.
std::optional<std::vector<Vanished>> parse_history(std::string_view text) {
  IndexState past;
  const bool whole = apply_lines(text, past) == text.size();
  if (!whole || past.damaged > 0) return std::nullopt;
  return std::move(past.vanished);
}

/// The youngest lines, as many as may be kept; `floor` is the highest modseq of the others.
std::string youngest(const IndexState& state, std::uint64_t& floor) {
  if (!parse_history(state.history)) {
    floor = state.modseq;
    return {};
  }
  std::string all = state.history;
  for (const auto& one : state.vanished) {
    auto before = one.modseq - 1;
    all += lines_removed(one.uids, before);
  }
  if (all.size() <= history_limit) return all;
  const auto cut = all.find('\n', all.size() - history_limit / 2) + 1;
  const auto forgotten = parse_history(std::string_view(all).substr(0, cut));
  if (forgotten) {
    for (const auto& one : *forgotten) floor = std::max(floor, one.modseq);
  }
  return all.substr(cut);
}

}  // namespace

IndexState begin_state(const Head& head, std::string_view text) {
  IndexState out;
  const bool whole = text.size() >= head.log_begin();
  out.validity = head.validity;
  out.generation = head.generation;
  out.uid_next = head.uid_next;
  out.modseq = head.modseq;
  out.object = head.object;
  out.floor = head.floor;
  take(text, head.length);
  std::vector<std::vector<std::string>> sets;
  if (head.damaged) ++out.damaged;
  if (!parse_sets(take(text, head.sets), sets)) ++out.damaged;
  auto rows = take(text, head.rows);
  rows = rows.substr(0, rows.size() / row_width * row_width);
  const auto names = take(text, head.names);
  out.history = take(text, head.history);
  out.records.begin_with(Snapshot(rows, names), std::move(sets));
  if (!whole) {
    ++out.damaged;
    out.uid_next += std::min(uids_in_a_lost_log, UINT32_MAX - out.uid_next);
    out.modseq += uids_in_a_lost_log;
    out.history.clear();
    out.floor = out.modseq;
  }
  return out;
}

std::vector<std::string> format_pieces(const IndexState& state, std::uint64_t generation) {
  Head head;
  head.validity = state.validity;
  head.generation = generation;
  head.uid_next = state.uid_next;
  head.modseq = state.modseq;
  head.object = state.object;
  head.floor = state.floor;
  std::string sets, rows, names;
  // Only those in use, under new numbers.
  std::vector<std::uint32_t> numbers(state.records.keyword_sets(), 0);
  std::uint32_t last = 0;
  rows.reserve(state.records.size() * row_width);
  for (std::size_t i = 0; i < state.records.size(); ++i) {
    auto entry = state.records.at(i);
    if (entry.uid == 0) {
      head.floor = state.modseq;  // nobody was told of its end
      continue;
    }
    if (entry.words >= numbers.size()) entry.words = 0;
    if (entry.words != 0 && numbers[entry.words] == 0 && last < sets_limit) {
      numbers[entry.words] = ++last;
      const auto start = sets.size();
      sets += "k " + to_word({0, state.records.keywords(entry.words)});
      finish_line(sets, start);
    }
    entry.words = numbers[entry.words];
    write_row(entry, rows, names);
  }
  if (state.damaged > 0) head.floor = state.modseq;
  auto history = youngest(state, head.floor);
  head.sets = sets.size();
  head.rows = rows.size();
  head.names = names.size();
  head.history = history.size();
  history += line_stamp(state.stamp, state.looked);
  if (!state.missed.uids.empty()) history += lines_missed(state.missed);
  if (state.recent != 0) history += line_recent(state.recent);
  std::vector<std::string> out;
  out.push_back(format_head(head) + sets);
  out.push_back(std::move(rows));
  out.push_back(std::move(names));
  out.push_back(std::move(history));
  return out;
}

std::string format_index(const IndexState& state, std::uint64_t generation) {
  std::string out;
  for (const auto& piece : format_pieces(state, generation)) out += piece;
  return out;
}

UidSet vanished_since(const IndexState& state, std::uint64_t modseq) {
  std::vector<UidRange> ranges;
  auto known = modseq >= state.floor ? parse_history(state.history) : std::nullopt;
  if (known) {
    known->insert(known->end(), state.vanished.begin(), state.vanished.end());
    for (const auto& one : *known) {
      if (one.modseq > modseq) ranges.insert(ranges.end(), one.uids.begin(), one.uids.end());
    }
    return merge(std::move(ranges));
  }
  // All that is not there.
  std::uint32_t next = 1;
  for (std::size_t i = 0; i < state.records.size(); ++i) {
    const auto uid = state.records.at(i).uid;
    if (uid > next) ranges.push_back({next, uid - 1});
    next = std::max(next, uid == UINT32_MAX ? uid : uid + 1);
  }
  if (state.uid_next > next) ranges.push_back({next, state.uid_next - 1});
  return ranges;
}

}  // namespace maildir

#include "maildir/index_text.hpp"

#include <zlib.h>

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"

namespace maildir {

namespace {

constexpr std::string_view head_word = "tubepost-index 1 ";
constexpr std::size_t checksum_width = 8;
constexpr std::string_view shortest_line = "+ 1 1 0 - - a 00000000\n";
static_assert(3 * 255 + keywords_limit * (keyword_limit + 1) + 100 < index_line_limit);

std::string checksum(std::string_view text) {
  auto value = crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size());
  std::string out(checksum_width, '0');
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit, value >>= 4)
    *digit = "0123456789abcdef"[value & 15];
  return out;
}

std::string finish(std::string line) {
  line += ' ';
  const auto sum = checksum(line);
  return line + sum + '\n';
}

/// A file name as one word: blanks, control characters and '%' become %XX.
std::string escape(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c > ' ' && c != '%' && c != 127) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      if (byte > 127) {
        out += c;
        continue;
      }
      out += '%';
      out += "0123456789abcdef"[byte >> 4];
      out += "0123456789abcdef"[byte & 15];
    }
  }
  return out;
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

/// The words of a line whose checksum fits; nothing otherwise.
std::optional<std::vector<std::string_view>> words_of(std::string_view line) {
  if (line.size() < checksum_width + 2 || line.size() >= index_line_limit) return std::nullopt;
  const auto content = line.substr(0, line.size() - checksum_width);
  if (content.back() != ' ' || checksum(content) != line.substr(content.size())) return std::nullopt;
  std::vector<std::string_view> words;
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
  bool good = true;
};

void add(IndexState& state, Record record) {
  state.uid_next = std::max(state.uid_next, record.uid == UINT32_MAX ? record.uid : record.uid + 1);
  if (state.records.empty() || state.records.back().uid < record.uid) {
    state.records.push_back(std::move(record));
  } else if (Record* known = state.find(record.uid)) {
    *known = std::move(record);
  }
}

bool apply(const std::vector<std::string_view>& words, IndexState& state) {
  Numbers number;
  if (words[0] == "+" && words.size() == 7) {
    Record record = {number.uid(words[1]),
                     number(words[2]),
                     number(words[3]),
                     std::nullopt,
                     from_word(words[5]),
                     unescape(words[6]),
                     {},
                     false};
    if (words[4] != "-") record.size = number(words[4]);
    if (number.good && record.uid > 0) {
      state.modseq = std::max(state.modseq, record.modseq);
      add(state, std::move(record));
    }
    return number.good;
  }
  if (words.size() < 3) return false;
  const auto uid = number.uid(words[1]);
  const auto value = number(words[2]);
  if (!number.good) return false;
  Record* record = state.find(uid);
  if (words[0] == "s" && words.size() == 3) {
    if (record != nullptr) record->size = value;
    return true;
  }
  state.modseq = std::max(state.modseq, value);
  if (words[0] == "-" && words.size() == 3) {
    if (record != nullptr) record->base.clear();
    return true;
  }
  if (words[0] != "=" || words.size() != 4) return false;
  if (record != nullptr) {
    record->modseq = value;
    record->flags = from_word(words[3]);
  }
  return true;
}

std::string text(std::uint64_t value) {
  return std::to_string(value);
}

}  // namespace

const Record* IndexState::find(std::uint32_t uid) const {
  const auto found =
      std::lower_bound(records.begin(), records.end(), uid,
                       [](const Record& record, std::uint32_t wanted) { return record.uid < wanted; });
  return found == records.end() || found->uid != uid ? nullptr : &*found;
}

Record* IndexState::find(std::uint32_t uid) {
  return const_cast<Record*>(std::as_const(*this).find(uid));
}

std::string format_head(std::uint32_t validity, std::uint64_t generation, std::uint32_t uid_next,
                        std::uint64_t modseq) {
  return finish(std::string(head_word) + text(validity) + " " + text(generation) + " " + text(uid_next) +
                " " + text(modseq));
}

bool parse_head(std::string_view& text, IndexState& state) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos || !text.starts_with(head_word)) return false;
  const auto words = words_of(text.substr(0, end));
  if (!words || words->size() != 6) return false;
  Numbers number;
  IndexState fresh;
  fresh.validity = number.uid((*words)[2]);
  fresh.generation = number((*words)[3]);
  fresh.uid_next = number.uid((*words)[4]);
  fresh.modseq = number((*words)[5]);
  if (!number.good || fresh.validity == 0 || fresh.uid_next == 0) return false;
  state = std::move(fresh);
  text.remove_prefix(end + 1);
  return true;
}

std::string line_added(const Record& record) {
  return finish("+ " + text(record.uid) + " " + text(record.modseq) + " " + text(record.date) + " " +
                (record.size ? text(*record.size) : "-") + " " + to_word(record.flags) + " " +
                escape(record.base));
}

std::string line_flags(const Record& record) {
  return finish("= " + text(record.uid) + " " + text(record.modseq) + " " + to_word(record.flags));
}

std::string line_size(const Record& record) {
  return finish("s " + text(record.uid) + " " + text(record.size.value_or(0)));
}

std::string line_removed(std::uint32_t uid, std::uint64_t modseq) {
  return finish("- " + text(uid) + " " + text(modseq));
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
    const auto words = end == std::string_view::npos ? std::nullopt : words_of(rest.substr(0, end));
    used += end == std::string_view::npos ? length : end + 1;
    ++state.lines;
    if (!words || !apply(*words, state)) skip_damaged(length, state);
  }
  // Removed ones lost their name above and go all at once: one by one would take quadratic time.
  std::erase_if(state.records, [](const Record& record) { return record.base.empty(); });
  return used;
}

}  // namespace maildir

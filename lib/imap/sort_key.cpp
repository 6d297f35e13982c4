#include "imap/sort_key.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "header/encoded_word.hpp"
#include "header/field.hpp"

namespace imap {

namespace {

using Kind = SortKey::Kind;

constexpr std::size_t keys_limit = 20;

constexpr struct {
  std::string_view name;
  Kind kind;
} table[] = {{"ARRIVAL", Kind::arrival},
             {"CC", Kind::cc},
             {"DATE", Kind::date},
             {"FROM", Kind::from},
             {"SIZE", Kind::size},
             {"SUBJECT", Kind::subject},
             {"TO", Kind::to},
             {"DISPLAYFROM", Kind::display_from},
             {"DISPLAYTO", Kind::display_to}};

std::string one_blank_each(std::string_view text) {
  std::string out;
  for (const auto& word : base::words(text)) out += (out.empty() ? "" : " ") + word;
  return out;
}

/// `[anything]` at the start, with the blanks behind it: its length, or 0.
std::size_t blob(std::string_view text) {
  if (!text.starts_with('[')) return 0;
  const auto end = text.find_first_of("[]", 1);
  if (end == std::string_view::npos || text[end] == '[') return 0;
  const auto next = text.find_first_not_of(' ', end + 1);
  return next == std::string_view::npos ? text.size() : next;
}

/// `re: `, `fwd[2]:` and blobs before it; 0: there is none.
std::size_t leader(std::string_view text) {
  std::size_t at = 0;
  while (const auto length = blob(text.substr(at))) at += length;
  const auto rest = text.substr(at);
  std::size_t word = 0;
  for (const char* name : {"re", "fwd", "fw"}) {
    if (word == 0 && rest.starts_with(name)) word = std::string_view(name).size();
  }
  if (word == 0) return 0;
  auto end = at + word;
  end = std::min(text.find_first_not_of(' ', end), text.size());
  end += blob(text.substr(end));
  if (end >= text.size() || text[end] != ':') return 0;
  const auto next = text.find_first_not_of(' ', end + 1);
  return next == std::string_view::npos ? text.size() : next;
}

bool strip_end(std::string_view& text) {
  const auto before = text.size();
  while (true) {
    text = text.substr(0, text.find_last_not_of(' ') + 1);
    if (!text.ends_with("(fwd)")) break;
    text.remove_suffix(5);
  }
  return text.size() != before;
}

/// All that follow one another: what follows the last of them is for none of them a leader. Unless nothing
/// would be left of the subject.
bool strip_blobs(std::string_view& text) {
  const auto before = text.size();
  for (auto tag = blob(text); tag > 0 && tag < text.size(); tag = blob(text)) text.remove_prefix(tag);
  return text.size() != before;
}

void strip_start(std::string_view& text, bool& reply) {
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
    } else if (const auto length = leader(text)) {
      text.remove_prefix(length);
      reply = true;
    } else if (!strip_blobs(text)) {
      return;
    }
  }
}

}  // namespace

base::Result<std::vector<SortKey>> parse_sort_keys(Lexer& in) {
  std::vector<SortKey> out;
  std::size_t count = 0;
  TRY(in.expect('('));
  do {
    if (++count > keys_limit) return in.wrong("fewer keys");
    SortKey key;
    key.reverse = in.take_word("REVERSE");
    if (key.reverse) TRY(in.space());
    const auto row = std::find_if(std::begin(table), std::end(table),
                                  [&](const auto& one) { return in.take_word(one.name); });
    if (row == std::end(table)) return in.wrong("a sort key");
    key.kind = row->kind;
    const bool again =
        std::any_of(out.begin(), out.end(), [&key](const SortKey& one) { return one.kind == key.kind; });
    if (!again) out.push_back(key);
  } while (in.take(' '));
  TRY(in.expect(')'));
  return out;
}

BaseSubject base_subject(std::string_view field_body) {
  BaseSubject out;
  const auto whole = one_blank_each(base::lower(header::decode_words(header::unfold(field_body))));
  std::string_view text = whole;
  while (true) {
    out.reply = strip_end(text) || out.reply;
    strip_start(text, out.reply);
    if (!text.starts_with("[fwd:") || !text.ends_with(']')) break;
    text = text.substr(5, text.size() - 6);
    out.reply = true;
  }
  out.text = text;
  return out;
}

std::optional<SortValue> sort_value(Kind kind, const Gist& gist) {
  using People = Gist::People;
  switch (kind) {
    case Kind::cc:
      return SortValue{std::string(gist.first_of(People::cc)), 0};
    case Kind::from:
      return SortValue{std::string(gist.first_of(People::from)), 0};
    case Kind::to:
      return SortValue{std::string(gist.first_of(People::to)), 0};
    case Kind::display_from:
      return SortValue{std::string(gist.first_shown_of(People::from)), 0};
    case Kind::display_to:
      return SortValue{std::string(gist.first_shown_of(People::to)), 0};
    case Kind::subject:
      return SortValue{std::string(gist.base_subject()), 0};
    case Kind::date:
      if (const auto date = gist.date()) return SortValue{{}, *date};
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace imap

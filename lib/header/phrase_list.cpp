#include "header/phrase_list.hpp"

#include "header/cfws.hpp"
#include "header/encoded_word.hpp"
#include "header/field.hpp"

namespace header {

namespace {

/// As written up to the next comma, quotes undone, without comments.
std::string take_phrase(base::Scanner& in, base::Defects* defects) {
  std::string out;
  while (!in.done() && !in.take(',')) {
    const char c = in.next();
    if (c == '"') {
      out += take_quoted(in, defects);
    } else if (c == '(') {
      take_comment(in, defects);
    } else {
      out += c;
    }
  }
  return out;
}

std::string single_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_blank(c)) out += c;
    if (is_blank(c) && !out.empty() && out.back() != ' ') out += ' ';
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace

std::vector<std::string> parse_phrases(std::string_view text, base::Defects* defects, std::size_t limit) {
  std::vector<std::string> out;
  base::Scanner in(within_limit(text, defects));
  while (!in.done() && out.size() < limit) {
    auto phrase = single_blanks(decode_words(take_phrase(in, defects)));
    if (!phrase.empty()) out.push_back(std::move(phrase));
  }
  if (!in.done()) base::note(defects, too_many_phrases, in.offset());
  return out;
}

}  // namespace header

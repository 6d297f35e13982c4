#include "header/encoded_word_check.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "base/ascii.hpp"
#include "codec/base64.hpp"
#include "codec/charset.hpp"
#include "header/cfws.hpp"
#include "header/encoded_word.hpp"
#include "header/field.hpp"

namespace header {

namespace {

/// Where in a folded text an octet of the unfolded one stands. Only forwards.
class Places {
 public:
  explicit Places(std::string_view folded) : folded_(folded) {
    // As unfold() trims, for which a NUL is a blank.
    while (at_ < folded_.size() && (is_blank(folded_[at_]) || folded_[at_] == '\0')) ++at_;
  }

  std::size_t of(std::size_t offset) {
    while (at_ < folded_.size() && (is_line_end() || count_ < offset)) {
      count_ += is_line_end() ? 0 : 1;
      ++at_;
    }
    return at_;
  }

 private:
  bool is_line_end() const {
    return folded_[at_] == '\n' ||
           (folded_[at_] == '\r' && at_ + 1 < folded_.size() && folded_[at_ + 1] == '\n');
  }

  std::string_view folded_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;  // octets of the unfolded text before at_
};

/// Whether an octet stands in a quoted string. Only forwards.
class Quotes {
 public:
  explicit Quotes(std::string_view text) : text_(text) {}

  bool at(std::size_t offset) {
    for (; at_ < offset; ++at_) {
      const char c = text_[at_];
      if (c == '\\') {
        ++at_;
      } else if (c == '"' && depth_ == 0) {
        quoted_ = !quoted_;
      } else if (!quoted_) {
        depth_ += c == '(' ? 1 : c == ')' && depth_ > 0 ? -1 : 0;
      }
    }
    return quoted_;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;  // of comments
  bool quoted_ = false;
};

/// Octets that are no text of the charset; nothing for a charset that is not known.
std::optional<std::uint64_t> bad_octets(std::string_view octets, std::string_view charset) {
  auto converter = codec::Utf8Converter::open(charset);
  if (!converter) return std::nullopt;
  std::string out;
  converter->update(octets, out);
  converter->finish(out);
  return converter->replaced();
}

class Check {
 public:
  Check(std::string_view body, WordPlace place, base::Defects& defects)
      : text_(unfold(body)), places_(body), quotes_(text_), place_(place), defects_(defects) {}

  void run() {
    std::size_t at = text_.find("=?");
    while (at != text_.npos) {
      bool no_end = false;
      const auto word = take_word(std::string_view(text_).substr(at), no_end);
      if (no_end) note(open_word, at);
      // Where this one found no end, no later one does.
      if (no_end) break;
      if (word) one(*word, at);
      at = text_.find("=?", at + (word ? word->length : 2));
    }
    end_of_group();
  }

 private:
  void note(const base::Rule& rule, std::size_t offset) { defects_.add(rule, places_.of(offset)); }

  void one(const EncodedWord& word, std::size_t at) {
    const bool neighbour = group_end_ > 0 && base::trim(between(group_end_, at)).empty();
    if (!neighbour || !base::iequals(charset_, word.charset)) end_of_group();
    if (word.length > 75) note(long_word, at);
    if (place_ == WordPlace::structured && quotes_.at(at)) note(word_in_quotes, at);
    if (touches(at, at + word.length)) note(word_beside_text, at);
    syntax(word, at);
    const auto decoded = octets(word);
    const auto bad = bad_octets(decoded, word.charset);
    if (!bad) {
      note(unknown_charset, at);
      end_of_group();
      return;
    }
    if (*bad > 0 && !bad_at_) bad_at_ = places_.of(at);
    charset_ = word.charset;
    group_ += decoded;
    group_end_ = at + word.length;
  }

  std::string_view between(std::size_t start, std::size_t end) const {
    return std::string_view(text_).substr(start, end - start);
  }

  bool touches(std::size_t start, std::size_t end) const {
    const auto parts = [this](char c) {
      return base::is_wsp(c) || (place_ == WordPlace::structured && (c == '(' || c == ')' || c == '"'));
    };
    return (start > 0 && !parts(text_[start - 1])) || (end < text_.size() && !parts(text_[end]));
  }

  void syntax(const EncodedWord& word, std::size_t at) {
    if (word.text.find_first_of(" \t") != word.text.npos) {
      note(blank_in_word, at);
    } else if (word.base64) {
      if (!codec::base64_decode(word.text, codec::Base64Reading::strict)) note(bad_word_base64, at);
    } else {
      for (std::size_t i = 0; i < word.text.size(); ++i) {
        const char c = word.text[i];
        const bool bad_hex =
            c == '=' && (i + 2 >= word.text.size() || base::hex_value(word.text[i + 1]) < 0 ||
                         base::hex_value(word.text[i + 2]) < 0);
        if (bad_hex || c == '?' || base::is_8bit(c) || base::is_control(c)) return note(bad_word_q, at);
      }
    }
  }

  /// Words whose octets are text only together share a character.
  void end_of_group() {
    if (bad_at_) {
      const auto bad = bad_octets(group_, charset_);
      defects_.add(bad && *bad > 0 ? bad_word_text : split_character, *bad_at_);
    }
    group_.clear();
    group_end_ = 0;
    bad_at_.reset();
  }

  std::string text_;
  Places places_;
  Quotes quotes_;
  WordPlace place_;
  base::Defects& defects_;
  std::string charset_;
  std::string group_;                  // octets of neighbours in one charset
  std::size_t group_end_ = 0;          // 0: there is none
  std::optional<std::size_t> bad_at_;  // in the folded text
};

}  // namespace

void check_words(std::string_view body, WordPlace place, base::Defects& defects) {
  Check(within_limit(body, &defects), place, defects).run();
}

}  // namespace header

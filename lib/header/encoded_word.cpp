#include "header/encoded_word.hpp"

#include <algorithm>
#include <optional>

#include "base/scanner.hpp"
#include "base/utf8.hpp"
#include "codec/base64.hpp"
#include "codec/charset.hpp"
#include "header/encoded_word_check.hpp"
#include "header/field.hpp"

namespace header {

namespace {

bool is_token(char c) {
  return !base::is_control(c) && !base::is_wsp(c) && c != '?';
}

/// The end of Q text: a "?=" that is not a raw question mark in front of "=XX" with the real end behind it.
std::size_t end_of_text(std::string_view text) {
  auto end = text.find("?=");
  while (end != text.npos && end + 3 < text.size() && base::hex_value(text[end + 2]) >= 0 &&
         base::hex_value(text[end + 3]) >= 0) {
    const auto next = text.find("?=", end + 1);
    if (next == text.npos || text.substr(end, next - end).find_first_of(" \t") != text.npos) break;
    end = next;
  }
  return end;
}

std::string decode_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() && text[i] == '=' ? base::hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? base::hex_value(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '_' ? ' ' : text[i];
    }
  }
  return out;
}

/// Neighbours in one charset are converted together: programs split characters between words.
class Decoder {
 public:
  /// `text` outlives the decoder.
  explicit Decoder(std::string_view text) : text_(text) {}

  std::string run() {
    while (!text_.empty()) {
      const auto start = more_words_ ? std::min(text_.find("=?"), text_.size()) : text_.size();
      plain(text_.substr(0, start));
      text_.remove_prefix(start);
      if (!text_.empty()) word();
    }
    flush();
    return std::move(out_);
  }

 private:
  void plain(std::string_view text) {
    // Blanks between two words are no content (section 6.2).
    blanks_ += text;
    if (text.find_first_not_of(" \t") != text.npos) flush();
  }

  void word() {
    bool no_end = false;
    const auto found = take_word(text_, no_end);
    if (!found || !codec::Utf8Converter::open(found->charset)) {
      // Where this one found no end, no later one does: the search must not start again at each "=?".
      if (no_end) more_words_ = false;
      plain(text_.substr(0, found ? found->length : 2));
      text_.remove_prefix(found ? found->length : 2);
      return;
    }
    if (!in_words_ || !base::iequals(charset_, found->charset)) {
      const bool after_word = in_words_;
      if (after_word) blanks_.clear();
      flush();
      charset_ = found->charset;
      in_words_ = true;
    }
    blanks_.clear();
    octets_ += octets(*found);
    text_.remove_prefix(found->length);
  }

  /// What was read so far goes out: words, then the plain text behind them.
  void flush() {
    if (in_words_) out_ += codec::to_utf8(octets_, charset_).value();
    octets_.clear();
    in_words_ = false;
    out_ += base::is_utf8(blanks_) ? blanks_ : codec::to_utf8(blanks_, "us-ascii").value();
    blanks_.clear();
  }

  std::string_view text_;
  std::string out_;
  std::string_view charset_;
  std::string octets_;  // of the words that wait for a neighbour
  std::string blanks_;  // plain text behind them
  bool in_words_ = false;
  bool more_words_ = true;
};

}  // namespace

std::optional<EncodedWord> take_word(std::string_view text, bool& no_end) {
  base::Scanner in(text.substr(2));
  EncodedWord word;
  word.charset = in.take_while(is_token);
  const auto star = word.charset.find('*');
  if (star != word.charset.npos) word.language = word.charset.substr(star + 1);
  word.charset = word.charset.substr(0, star);
  if (word.charset.empty() || !in.take('?')) return std::nullopt;
  const char encoding = base::to_lower(in.next());
  if ((encoding != 'b' && encoding != 'q') || !in.take('?')) return std::nullopt;
  word.base64 = encoding == 'b';
  const auto end = word.base64 ? in.rest().find("?=") : end_of_text(in.rest());
  no_end = end == std::string_view::npos;
  if (no_end) return std::nullopt;
  word.text = in.rest().substr(0, end);
  word.length = 2 + in.offset() + end + 2;
  return word;
}

std::string octets(const EncodedWord& word) {
  if (!word.base64) return decode_q(word.text);
  return *codec::base64_decode(word.text, codec::Base64Reading::forgiving);
}

std::string decode_words(std::string_view body, base::Defects* defects) {
  if (defects != nullptr) check_words(body, WordPlace::text, *defects);
  auto out = Decoder(unfold(within_limit(body, nullptr))).run();
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  return out;
}

}  // namespace header

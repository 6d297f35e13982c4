#include "header/encoded_word.hpp"

#include <algorithm>
#include <optional>

#include "base/scanner.hpp"
#include "base/utf8.hpp"
#include "codec/base64.hpp"
#include "codec/charset.hpp"
#include "header/field.hpp"

namespace header {

namespace {

struct Word {
  std::string_view charset;  // without the language of RFC 2231 section 5
  bool base64 = false;
  std::string_view text;
  std::size_t length = 0;  // of the whole word as written
};

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

/// The word at the start of `text`, which begins with "=?". `no_end`: it lacks nothing but its end.
std::optional<Word> take_word(std::string_view text, bool& no_end) {
  base::Scanner in(text.substr(2));
  Word word;
  word.charset = in.take_while(is_token);
  word.charset = word.charset.substr(0, word.charset.find('*'));
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

std::string octets(const Word& word) {
  if (!word.base64) return decode_q(word.text);
  return *codec::base64_decode(word.text, codec::Base64Reading::forgiving);
}

/// Neighbours in one charset are converted together: programs split characters between words.
class Decoder {
 public:
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

/// Needs no quoting in a phrase, so Q text of these may stand anywhere (RFC 2047 section 5).
bool is_q_literal(char c) {
  return base::is_alnum(c) || std::string_view("!*+-/").find(c) != std::string_view::npos;
}

std::size_t q_length(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text) length += is_q_literal(c) || c == ' ' ? 1 : 3;
  return length;
}

/// Q can be read by people: it is left only where it is half as long again.
bool prefers_base64(std::string_view text) {
  return q_length(text) * 2 > (text.size() + 2) / 3 * 4 * 3;
}

std::string encode_q(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto value = static_cast<unsigned char>(c);
    if (is_q_literal(c) || c == ' ') {
      out += c == ' ' ? '_' : c;
    } else {
      out += {'=', digits[value >> 4], digits[value & 15]};
    }
  }
  return out;
}

constexpr std::size_t frame = std::string_view(
                                  "=?UTF-8?Q?"
                                  "?=")
                                  .size();
constexpr std::size_t word_limit = 75;  // RFC 2047 section 2

/// Takes off `text` what fits into a word of `room` columns: whole characters, at least one.
std::string take_encoded(std::string_view& text, bool base64, std::size_t room) {
  const std::size_t inside = std::min(room, word_limit) - frame;
  std::size_t length = 0;
  while (length < text.size()) {
    const auto next = length + std::max<std::size_t>(1, base::utf8_length(text.substr(length)));
    if (length > 0 && (base64 ? (next + 2) / 3 * 4 : q_length(text.substr(0, next))) > inside) break;
    length = next;
  }
  const auto part = text.substr(0, length);
  text.remove_prefix(length);
  return base64 ? "=?UTF-8?B?" + codec::base64_encode(part) + "?=" : "=?UTF-8?Q?" + encode_q(part) + "?=";
}

/// Columns of the widest single character in a word of its own.
constexpr std::size_t least_room = frame + 12;

void put_encoded(FieldWriter& field, std::string_view text, std::string_view blanks) {
  const bool base64 = prefers_base64(text);
  while (!text.empty()) {
    const auto room = field.room() + 1 - std::min(field.room() + 1, blanks.size());
    field.put(take_encoded(text, base64, room < least_room + 8 ? FieldWriter::columns - blanks.size() : room),
              blanks);
    blanks = " ";
  }
}

/// A longer run of blanks does not stand for itself: a line must have room for the word behind it.
constexpr std::size_t blanks_limit = 20;

/// Plain words are those a reader cannot take for anything else, and that fit into a line.
bool is_plain(std::string_view word) {
  return word.size() < word_limit - blanks_limit && word.find("=?") == word.npos &&
         std::none_of(word.begin(), word.end(),
                      [](char c) { return base::is_8bit(c) || base::is_control(c); });
}

bool is_atom_text(char c) {
  return base::is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

}  // namespace

std::string decode_words(std::string_view body) {
  auto out = Decoder(unfold(body)).run();
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  return out;
}

std::string one_line(std::string_view text) {
  std::string out = codec::to_utf8(text, "utf-8").value();
  std::replace_if(out.begin(), out.end(), base::is_control, ' ');
  return std::string(base::trim(out));
}

void put_text(FieldWriter& field, std::string_view text) {
  const auto line = one_line(text);
  base::Scanner in(line);
  const auto word = [](char c) { return c != ' '; };
  const auto blank = [](char c) { return c == ' '; };
  std::string_view blanks = " ";
  while (!in.done()) {
    const std::size_t start = in.offset();
    const auto first = in.take_while(word);
    std::size_t end = in.offset();
    const auto inside = blanks.size() < blanks_limit ? 0 : blanks.size() - 1;
    auto next_blanks = in.take_while(blank);
    if (is_plain(first) && blanks.size() < blanks_limit) {
      field.put(first, blanks);
      blanks = next_blanks;
      continue;
    }
    // Neighbours that need encoding share words, with the blanks between them, which a reader would drop.
    while (!in.done()) {
      const std::size_t before = in.offset();
      const auto next = in.take_while(word);
      if (is_plain(next) && next_blanks.size() < blanks_limit) {
        in.back_to(before);
        break;
      }
      end = in.offset();
      next_blanks = in.take_while(blank);
    }
    put_encoded(field, std::string_view(line).substr(start - inside, end - start + inside),
                blanks.substr(inside));
    blanks = next_blanks;
  }
}

std::string text_field(std::string_view name, std::string_view text) {
  FieldWriter field(name);
  put_text(field, text);
  return std::move(field).finish();
}

void put_phrase(FieldWriter& field, std::string_view text) {
  const auto line = one_line(text);
  if (line.empty()) return;
  const bool plain = is_plain(line);
  if (plain && std::all_of(line.begin(), line.end(), is_atom_text)) return field.put(line);
  std::string quoted = "\"";
  for (const char c : line) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  if (!plain || quoted.size() >= word_limit) return put_encoded(field, line, " ");
  field.put(quoted + '"');
}

std::string encode_words(std::string_view text, std::size_t width) {
  const auto line = one_line(text);
  std::string_view rest = line;
  const bool base64 = prefers_base64(rest);
  std::string out;
  while (!rest.empty()) {
    if (!out.empty()) out += ' ';
    out += take_encoded(rest, base64, std::max(width, least_room));
  }
  return out;
}

}  // namespace header

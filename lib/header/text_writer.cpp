#include "header/text_writer.hpp"

#include <algorithm>

#include "base/scanner.hpp"
#include "base/utf8.hpp"
#include "codec/base64.hpp"
#include "codec/charset.hpp"

namespace header {

namespace {

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
bool is_plain(std::string_view word, Form form) {
  return word.size() < word_limit - blanks_limit && word.find("=?") == word.npos &&
         std::none_of(word.begin(), word.end(), [form](char c) {
           return base::is_control(c) || (base::is_8bit(c) && form == Form::ascii);
         });
}

/// Octets of UTF-8 count among the letters (RFC 6532 section 3.2); there are none where text is written in
/// ASCII.
bool is_atom_text(char c) {
  return base::is_alnum(c) || base::is_8bit(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string out = codec::to_utf8(text, "utf-8").value();
  std::replace_if(out.begin(), out.end(), base::is_control, ' ');
  return std::string(base::trim(out));
}

void put_text(FieldWriter& field, std::string_view text, Form form) {
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
    if (is_plain(first, form) && blanks.size() < blanks_limit) {
      field.put(first, blanks);
      blanks = next_blanks;
      continue;
    }
    // Neighbours that need encoding share words, with the blanks between them, which a reader would drop.
    while (!in.done()) {
      const std::size_t before = in.offset();
      const auto next = in.take_while(word);
      if (is_plain(next, form) && next_blanks.size() < blanks_limit) {
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

std::string text_field(std::string_view name, std::string_view text, Form form) {
  FieldWriter field(name);
  put_text(field, text, form);
  return std::move(field).finish();
}

void put_phrase(FieldWriter& field, std::string_view text, Form form) {
  const auto line = one_line(text);
  if (line.empty()) return;
  const bool plain = is_plain(line, form);
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

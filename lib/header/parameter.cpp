#include "header/parameter.hpp"

#include <algorithm>
#include <map>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "codec/charset.hpp"
#include "header/encoded_word.hpp"
#include "header/parameter_check.hpp"

namespace header {

namespace {

struct Piece {
  std::string_view value;
  bool extended = false;  // with %XX
};

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() && text[i] == '%' ? base::hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? base::hex_value(text[i + 2]) : -1;
    out += low >= 0 ? static_cast<char>(high * 16 + low) : text[i];
    if (low >= 0) i += 2;
  }
  return out;
}

/// All forms of the parameter but the plain one: name*, name*N, name*N*.
std::map<std::size_t, Piece> pieces_of(const RawParameters& raw, std::string_view name) {
  std::map<std::size_t, Piece> out;
  for (const auto& [written, value] : raw) {
    if (written.size() <= name.size() || !base::istarts_with(written, name) || written[name.size()] != '*')
      continue;
    auto rest = std::string_view(written).substr(name.size() + 1);
    Piece piece{value, rest.empty()};
    if (rest.ends_with('*')) {
      piece.extended = true;
      rest.remove_suffix(1);
    }
    const auto number =
        rest.empty() ? std::optional<std::uint64_t>(0) : base::parse_number(rest, piece_limit);
    if (number) out.emplace(static_cast<std::size_t>(*number), piece);
  }
  return out;
}

/// Octets of which the first piece says what they are. Without both quotes there is no charset.
ParameterText decode(std::string_view octets, const Extended& head) {
  auto text = codec::to_utf8(octets, head.charset);
  return {text ? *text : codec::to_utf8(octets, "us-ascii").value(), std::string(head.charset),
          std::string(head.language)};
}

std::optional<ParameterText> join(const std::map<std::size_t, Piece>& pieces) {
  if (pieces.empty() || pieces.begin()->first != 0) return std::nullopt;
  const auto& first = pieces.begin()->second;
  Extended head;
  const bool extended = first.extended || looks_extended(first.value);
  if (extended && !split_extended(first.value, head)) head.text = first.value;
  std::string octets = extended ? percent_decode(head.text) : std::string(first.value);
  std::size_t wanted = 0;
  for (const auto& [number, piece] : pieces) {
    if (number != wanted++) break;
    if (number == 0) continue;
    Extended again;
    const bool repeated = extended && split_extended(piece.value, again) && !again.charset.empty() &&
                          base::iequals(again.charset, head.charset);
    const auto text = repeated ? again.text : piece.value;
    // A program that forgot one star forgot them all.
    octets += piece.extended || (extended && !first.extended) ? percent_decode(text) : std::string(text);
  }
  if (!extended) return ParameterText{decode_words(octets), {}, {}};
  return decode(octets, head);
}

bool is_token(char c) {
  return c > ' ' && c < 127 && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

/// What stands for itself in an extended value (RFC 2231 section 7).
bool is_attribute(char c) {
  return is_token(c) && c != '*' && c != '\'' && c != '%';
}

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// The semicolon belongs to the line before.
void put(FieldWriter& field, std::string_view piece) {
  field.glue(";");
  field.put(piece, " ", 1);
}

/// One octet as it stands in an extended value.
std::string percent(char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  if (is_attribute(c)) return std::string(1, c);
  const auto value = static_cast<unsigned char>(c);
  return {'%', digits[value >> 4], digits[value & 15]};
}

}  // namespace

std::optional<ParameterText> parameter_text(const RawParameters& raw, std::string_view name) {
  auto out = join(pieces_of(raw, name));
  if (!out) {
    const auto plain =
        std::find_if(raw.begin(), raw.end(), [&](const auto& one) { return base::iequals(one.first, name); });
    if (plain == raw.end()) return std::nullopt;
    Extended parts;
    out = looks_extended(plain->second) && split_extended(plain->second, parts)
              ? decode(percent_decode(parts.text), parts)
              : ParameterText{decode_words(plain->second), {}, {}};
  }
  out->value = one_line(out->value);
  return out;
}

std::optional<std::string> parameter(const RawParameters& raw, std::string_view name) {
  auto out = parameter_text(raw, name);
  if (!out) return std::nullopt;
  return std::move(out->value);
}

void put_parameter(FieldWriter& field, std::string_view name, std::string_view value) {
  const auto line = one_line(value);
  const std::size_t most = FieldWriter::columns - name.size() - 8;
  const bool ascii = !base::has_8bit(line);
  const auto plain =
      !line.empty() && std::all_of(line.begin(), line.end(), is_attribute) ? line : quoted(line);
  // What readers would take for an encoded value is encoded.
  const bool misread = line.find("=?") != line.npos || looks_extended(line);
  if (ascii && !misread && plain.size() < most) return put(field, std::string(name) + "=" + plain);
  std::string text = "UTF-8''";
  std::size_t number = 0;
  std::string whole;
  for (const char c : line) whole += percent(c);
  if (text.size() + whole.size() < most) return put(field, std::string(name) + "*=" + text + whole);
  for (std::size_t at = 0; at < whole.size(); ++number) {
    std::size_t length = std::min(whole.size() - at, most - 8 - text.size());
    // A %XX stays in one piece.
    while (at + length < whole.size() && (whole[at + length - 1] == '%' || whole[at + length - 2] == '%'))
      --length;
    put(field, std::string(name) + "*" + std::to_string(number) + "*=" + text + whole.substr(at, length));
    at += length;
    text.clear();
  }
}

void put_old_parameter(FieldWriter& field, std::string_view name, std::string_view value) {
  const auto line = one_line(value);
  const std::string start = std::string(name) + "=";
  const bool simple =
      line.size() < 50 && line.find("=?") == line.npos && !looks_extended(line) && !base::has_8bit(line);
  if (simple) return put_parameter(field, name, line);
  std::string words = encode_words(line, FieldWriter::columns - start.size() - 4);
  std::string piece = start + '"';
  field.glue(";");
  for (std::size_t at = 0; at < words.size();) {
    const auto end = std::min(words.find(' ', at), words.size());
    piece += words.substr(at, end - at);
    if (end == words.size()) piece += '"';
    field.put(piece, " ", 1);
    piece.clear();
    at = end + 1;
  }
}

}  // namespace header

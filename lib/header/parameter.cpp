#include "header/parameter.hpp"

#include <algorithm>
#include <map>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "codec/charset.hpp"
#include "header/encoded_word.hpp"

namespace header {

namespace {

constexpr std::size_t piece_limit = 1000;

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

/// Takes `charset'language'` off the first piece; without both quotes there is no charset.
std::string_view take_charset(std::string_view& value) {
  const auto first = value.find('\'');
  const auto second = first == value.npos ? first : value.find('\'', first + 1);
  if (second == value.npos) return {};
  const auto charset = value.substr(0, first);
  value.remove_prefix(second + 1);
  return charset;
}

std::optional<std::string> join(const std::map<std::size_t, Piece>& pieces) {
  std::string octets;
  std::string_view charset;
  std::size_t wanted = 0;
  for (const auto& [number, piece] : pieces) {
    if (number != wanted++) break;
    auto value = piece.value;
    if (number == 0 && piece.extended) charset = take_charset(value);
    octets += piece.extended ? percent_decode(value) : std::string(value);
  }
  if (wanted == 0 || pieces.begin()->first != 0) return std::nullopt;
  if (!pieces.begin()->second.extended) return decode_words(octets);
  auto text = codec::to_utf8(octets, charset);
  return text ? *text : codec::to_utf8(octets, "us-ascii").value();
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

std::optional<std::string> parameter(const RawParameters& raw, std::string_view name) {
  if (const auto joined = join(pieces_of(raw, name))) return one_line(*joined);
  const auto plain =
      std::find_if(raw.begin(), raw.end(), [&](const auto& one) { return base::iequals(one.first, name); });
  if (plain == raw.end()) return std::nullopt;
  return one_line(decode_words(plain->second));
}

void put_parameter(FieldWriter& field, std::string_view name, std::string_view value) {
  const auto line = one_line(value);
  const std::size_t most = FieldWriter::columns - name.size() - 8;
  const bool ascii = std::none_of(line.begin(), line.end(), base::is_8bit);
  const auto plain =
      !line.empty() && std::all_of(line.begin(), line.end(), is_attribute) ? line : quoted(line);
  if (ascii && plain.size() < most) return put(field, std::string(name) + "=" + plain);
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
  const bool simple = line.size() < 50 && line.find("=?") == line.npos &&
                      std::none_of(line.begin(), line.end(), base::is_8bit);
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

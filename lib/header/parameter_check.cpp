#include "header/parameter_check.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "codec/charset.hpp"
#include "header/encoded_word.hpp"
#include "header/parameter.hpp"

namespace header {

namespace {

/// The first '%' that stands for itself; npos: there is none.
std::size_t find_bad_percent(std::string_view text) {
  for (auto at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || base::hex_value(text[at + 1]) < 0 || base::hex_value(text[at + 2]) < 0) {
      return at;
    }
  }
  return text.npos;
}

bool has_percent(std::string_view text) {
  for (auto at = text.find('%'); at != text.npos && at + 2 < text.size(); at = text.find('%', at + 1)) {
    if (base::hex_value(text[at + 1]) >= 0 && base::hex_value(text[at + 2]) >= 0) return true;
  }
  return false;
}

bool holds_word(std::string_view text) {
  bool no_end = false;
  for (auto at = text.find("=?"); at != text.npos && !no_end; at = text.find("=?", at + 2)) {
    const auto word = take_word(text.substr(at), no_end);
    if (word && codec::Utf8Converter::open(word->charset)) return true;
  }
  return false;
}

bool is_file_name(std::string_view name) {
  return name == "name" || name == "filename";
}

std::string extension(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == name.npos ? std::string() : base::lower(base::trim(name.substr(dot)));
}

}  // namespace

bool split_extended(std::string_view value, Extended& out) {
  const auto first = value.find('\'');
  const auto second = first == value.npos ? first : value.find('\'', first + 1);
  if (second == value.npos) return false;
  out = {value.substr(0, first), value.substr(first + 1, second - first - 1), value.substr(second + 1)};
  return true;
}

bool looks_extended(std::string_view value) {
  Extended parts;
  return split_extended(value, parts) && !parts.charset.empty() && has_percent(parts.text) &&
         std::all_of(parts.language.begin(), parts.language.end(),
                     [](char c) { return base::is_alnum(c) || c == '-'; }) &&
         codec::Utf8Converter::open(parts.charset).has_value();
}

void ParameterCheck::add(const std::string& name, const std::string& value, std::size_t offset) {
  if (!names_.insert(name).second) base::note(defects_, duplicate_parameter, offset);
  if (holds_word(value)) base::note(defects_, word_in_parameter, offset);
  if (base::has_8bit(value)) base::note(defects_, raw_parameter, offset);
  const auto star = name.find('*');
  if (star == name.npos) {
    if (looks_extended(value)) base::note(defects_, missing_star, offset);
    if (is_file_name(name)) plain_.emplace(name, value);
    return;
  }
  auto number = std::string_view(name).substr(star + 1);
  Piece piece{offset, number.empty() || number.ends_with('*'), value};
  if (number.ends_with('*')) number.remove_suffix(1);
  add_piece(std::string_view(name).substr(0, star), number, std::move(piece));
}

void ParameterCheck::add_piece(std::string_view base_name, std::string_view number, Piece piece) {
  const auto parsed =
      number.empty() ? std::optional<std::uint64_t>(0) : base::parse_number(number, piece_limit);
  if (!parsed || (number.size() > 1 && number.starts_with('0'))) {
    base::note(defects_, bad_piece_number, piece.offset);
    if (!parsed) return;
  }
  if (piece.extended) {
    check_extended(piece.value, *parsed == 0, piece.offset);
  } else if (looks_extended(piece.value)) {
    base::note(defects_, missing_star, piece.offset);
  }
  const auto offset = piece.offset;
  auto& pieces = pieces_[std::string(base_name)];
  if (!pieces.emplace(static_cast<std::size_t>(*parsed), std::move(piece)).second) {
    base::note(defects_, duplicate_parameter, offset);
  }
}

void ParameterCheck::check_extended(std::string_view value, bool first, std::size_t offset) {
  Extended parts;
  const bool split = split_extended(value, parts);
  if (first && (!split || parts.charset.empty())) {
    base::note(defects_, missing_charset, offset);
  } else if (first && !codec::Utf8Converter::open(parts.charset)) {
    base::note(defects_, unknown_parameter_charset, offset);
  } else if (!first && looks_extended(value)) {
    base::note(defects_, repeated_charset, offset);
  }
  if (find_bad_percent(value) != value.npos) base::note(defects_, bad_percent, offset);
}

void ParameterCheck::check_pieces(const std::string& name, const Pieces& pieces) {
  std::size_t wanted = 0;
  for (const auto& [number, piece] : pieces) {
    if (number != wanted++) return base::note(defects_, missing_piece, piece.offset);
  }
  const bool plain_start = !pieces.begin()->second.extended;
  const auto encoded =
      std::find_if(pieces.begin(), pieces.end(), [](const auto& one) { return one.second.extended; });
  if (plain_start && encoded != pieces.end()) {
    base::note(defects_, missing_charset, encoded->second.offset);
  }
  const auto plain = plain_.find(name);
  if (plain == plain_.end()) return;
  RawParameters raw;
  for (const auto& [number, piece] : pieces) {
    raw.emplace_back(name + "*" + std::to_string(number) + (piece.extended ? "*" : ""), piece.value);
  }
  const auto joined = parameter(raw, name).value_or("");
  const auto old = parameter({{name, plain->second}}, name).value_or("");
  if (extension(joined) != extension(old)) {
    base::note(defects_, two_kinds_of_file, pieces.begin()->second.offset);
  }
}

void ParameterCheck::finish() {
  for (const auto& [name, pieces] : pieces_) check_pieces(name, pieces);
}

}  // namespace header

#include "mime/html_text.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>

#include "base/ascii.hpp"

namespace mime {

namespace {

constexpr std::size_t tag_limit = 4096;  // of a longer one only the start is looked at
constexpr std::size_t entity_limit = 32;

struct Character {
  std::string_view name;
  std::string_view text;
};
// What people write by name in letters; the rest stays as it is written.
constexpr Character characters[] = {
    {"amp", "&"},    {"lt", "<"},     {"gt", ">"},     {"quot", "\""},  {"apos", "'"},   {"nbsp", " "},
    {"ensp", " "},   {"emsp", " "},   {"thinsp", " "}, {"zwnj", ""},    {"zwj", ""},     {"shy", ""},
    {"copy", "©"},   {"reg", "®"},    {"trade", "™"},  {"hellip", "…"}, {"mdash", "—"},  {"ndash", "–"},
    {"lsquo", "‘"},  {"rsquo", "’"},  {"ldquo", "“"},  {"rdquo", "”"},  {"bdquo", "„"},  {"sbquo", "‚"},
    {"laquo", "«"},  {"raquo", "»"},  {"bull", "•"},   {"middot", "·"}, {"euro", "€"},   {"pound", "£"},
    {"yen", "¥"},    {"cent", "¢"},   {"sect", "§"},   {"para", "¶"},   {"deg", "°"},    {"plusmn", "±"},
    {"times", "×"},  {"divide", "÷"}, {"frac12", "½"}, {"frac14", "¼"}, {"auml", "ä"},   {"ouml", "ö"},
    {"uuml", "ü"},   {"Auml", "Ä"},   {"Ouml", "Ö"},   {"Uuml", "Ü"},   {"szlig", "ß"},  {"eacute", "é"},
    {"egrave", "è"}, {"ecirc", "ê"},  {"agrave", "à"}, {"aacute", "á"}, {"acirc", "â"},  {"ccedil", "ç"},
    {"ntilde", "ñ"}, {"oacute", "ó"}, {"iacute", "í"}, {"uacute", "ú"}, {"oslash", "ø"}, {"aring", "å"},
    {"aelig", "æ"},  {"rarr", "→"},   {"larr", "←"},   {"iexcl", "¡"},  {"iquest", "¿"},
};

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// In these no tag counts but their own end.
bool is_raw(std::string_view element) {
  return element == "script" || element == "style";
}

bool is_html_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

std::string to_utf8(std::uint32_t point) {
  const auto octet = [](std::uint32_t value) { return static_cast<char>(value); };
  if (point == 0 || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return "\xEF\xBF\xBD";
  if (point < 0x80) return {octet(point)};
  if (point < 0x800) return {octet(0xC0 | point >> 6), octet(0x80 | (point & 63))};
  if (point < 0x10000)
    return {octet(0xE0 | point >> 12), octet(0x80 | (point >> 6 & 63)), octet(0x80 | (point & 63))};
  return {octet(0xF0 | point >> 18), octet(0x80 | (point >> 12 & 63)), octet(0x80 | (point >> 6 & 63)),
          octet(0x80 | (point & 63))};
}

/// The digits of "&#…;".
std::optional<std::uint32_t> parse_number(std::string_view digits) {
  const bool hex = digits.starts_with('x') || digits.starts_with('X');
  if (hex) digits.remove_prefix(1);
  if (digits.empty() || digits.size() > 8) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (hex ? base::hex_value(c) < 0 : !base::is_digit(c)) return std::nullopt;
    value = value * (hex ? 16 : 10) + static_cast<unsigned>(base::hex_value(c));
  }
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, 0x110000));
}

/// What stands between '&' and ';'.
std::optional<std::string> character(std::string_view name) {
  if (name.starts_with('#')) {
    const auto point = parse_number(name.substr(1));
    if (!point) return std::nullopt;
    return *point == 0xA0 ? " " : to_utf8(*point);
  }
  const auto found = std::find_if(std::begin(characters), std::end(characters),
                                  [&](const Character& one) { return one.name == name; });
  if (found == std::end(characters)) return std::nullopt;
  return std::string(found->text);
}

/// The value of an attribute with its entities undone, on one line.
std::string decode_value(std::string_view value) {
  std::string out;
  while (!value.empty()) {
    const auto end = value.starts_with('&') ? value.substr(0, entity_limit).find(';') : value.npos;
    const auto text = end == value.npos ? std::nullopt : character(value.substr(1, end - 1));
    out += text ? *text : std::string(1, value.front());
    value.remove_prefix(text ? end + 1 : 1);
  }
  std::replace_if(out.begin(), out.end(), base::is_control, ' ');
  return out;
}

/// The value of an attribute in a tag without its angle brackets.
std::string_view attribute(std::string_view tag, std::string_view wanted) {
  std::size_t at = std::min(tag.find_first_of(" \t\r\n"), tag.size());
  while (at < tag.size()) {
    while (at < tag.size() && (is_html_blank(tag[at]) || tag[at] == '/')) ++at;
    const auto start = at;
    while (at < tag.size() && !is_html_blank(tag[at]) && tag[at] != '=') ++at;
    const auto name = tag.substr(start, at - start);
    while (at < tag.size() && is_html_blank(tag[at])) ++at;
    std::string_view value;
    if (at < tag.size() && tag[at] == '=') {
      ++at;
      while (at < tag.size() && is_html_blank(tag[at])) ++at;
      const char quote = at < tag.size() && (tag[at] == '"' || tag[at] == '\'') ? tag[at++] : '\0';
      const auto end = quote != '\0' ? tag.find(quote, at) : tag.find_first_of(" \t\r\n", at);
      value = tag.substr(at, std::min(end, tag.size()) - at);
      at = std::min(tag.size(), at + value.size() + (quote != '\0' ? 1 : 0));
    }
    if (base::iequals(name, wanted)) return value;
    if (at == start) ++at;
  }
  return {};
}

}  // namespace

void HtmlText::put(std::string_view text, std::string& out) {
  if (!hidden_.empty() || text.empty()) return;
  if (any_) out.append(breaks_, '\n');
  if (blank_ && (breaks_ == 0 && any_)) out += ' ';
  breaks_ = 0;
  blank_ = false;
  any_ = true;
  out += text;
  if (!link_.empty() && link_text_.size() < link_.size() + 10) link_text_ += text;
}

void HtmlText::break_line(unsigned empty_lines) {
  breaks_ = std::max(breaks_, empty_lines + 1);
  blank_ = false;
}

void HtmlText::take_text(char c, std::string& out) {
  if (c == '<') {
    state_ = State::tag;
    held_.clear();
    quote_ = 0;
    value_next_ = false;
  } else if (c == '&') {
    state_ = State::entity;
    held_.clear();
  } else if (!hidden_.empty()) {
    return;
  } else if (!is_html_blank(c)) {
    put(std::string_view(&c, 1), out);
  } else if (preformatted_ == 0) {
    blank_ = true;
  } else if (c == '\n') {
    // Lines that are empty count here.
    ++breaks_;
  } else if (c != '\r') {
    put(" ", out);
  }
}

void HtmlText::take_tag(char c, std::string& out) {
  // A '<' that starts no tag is text.
  if (held_.empty() && !base::is_alpha(c) && c != '/' && c != '!' && c != '?') {
    state_ = State::text;
    put("<", out);
    return take_text(c, out);
  }
  if (c == '>' && quote_ == 0) {
    end_tag(out);
    return;
  }
  if (held_.size() < tag_limit) held_ += c;
  if (is_raw(hidden_) && !base::istarts_with("/" + hidden_, held_.substr(0, hidden_.size() + 1))) {
    state_ = State::text;
    return;
  }
  if (held_ == "!--") {
    state_ = State::comment;
    held_.clear();
    return;
  }
  if (quote_ != 0) {
    if (c == quote_) quote_ = 0;
  } else if ((c == '"' || c == '\'') && value_next_) {
    quote_ = c;
  }
  value_next_ = quote_ == 0 && (c == '=' || (value_next_ && is_html_blank(c)));
}

void HtmlText::end_link(std::string& out) {
  const bool shown = link_text_.find(link_) != std::string::npos;
  const std::string link = std::exchange(link_, {});
  link_text_.clear();
  if (!link.empty() && !shown) put(" <" + link + ">", out);
}

void HtmlText::end_tag(std::string& out) {
  state_ = State::text;
  const bool closing = held_.starts_with('/');
  const auto tag = std::string_view(held_).substr(closing ? 1 : 0);
  const auto name = base::lower(tag.substr(0, tag.find_first_of(" \t\r\n/")));
  if (!hidden_.empty()) {
    if (closing && name == hidden_) hidden_.clear();
    return;
  }
  if (is_one_of(name, {"script", "style", "head", "title", "template", "noframes"})) {
    if (!closing && !held_.ends_with('/')) hidden_ = name;
  } else if (name == "br") {
    breaks_ = breaks_ == 0 ? 1 : std::min(breaks_ + 1, 2U);
  } else if (is_one_of(name,
                       {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table", "pre"})) {
    break_line(1);
    if (name == "pre") preformatted_ = closing ? 0 : 1;
  } else if (is_one_of(name, {"div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "form",
                              "center", "address", "hr"})) {
    break_line(0);
    if (name == "li" && !closing) put("* ", out);
  } else if (is_one_of(name, {"td", "th"})) {
    blank_ = true;
  } else if (name == "img" && !closing) {
    put(decode_value(attribute(tag, "alt")), out);
  } else if (name == "a") {
    end_link(out);
    auto where = decode_value(attribute(tag, "href"));
    if (!closing && (base::istarts_with(where, "http") || base::istarts_with(where, "mailto:")))
      link_ = std::move(where);
  }
}

void HtmlText::take_entity(char c, std::string& out) {
  if (c != ';' && held_.size() < entity_limit && (base::is_alnum(c) || c == '#')) {
    held_ += c;
    return;
  }
  state_ = State::text;
  const auto text = character(held_);
  if (text && *text == " ") {
    blank_ = true;
  } else {
    put(text ? *text : "&" + held_ + (c == ';' ? ";" : ""), out);
  }
  if (c != ';') take_text(c, out);
}

void HtmlText::take(char c, std::string& out) {
  switch (state_) {
    case State::text:
      return take_text(c, out);
    case State::tag:
      return take_tag(c, out);
    case State::entity:
      return take_entity(c, out);
    case State::comment:
      // Held are the dashes that may begin its end.
      if (c == '>' && held_ == "--") {
        state_ = State::text;
      } else if (c != '-') {
        held_.clear();
      } else if (held_.size() < 2) {
        held_ += '-';
      }
  }
}

void HtmlText::update(std::string_view chunk, std::string& out) {
  for (const char c : chunk) take(c, out);
}

void HtmlText::finish(std::string& out) {
  if (state_ == State::entity) put("&" + held_, out);
  state_ = State::text;
  end_link(out);
  if (any_) out += '\n';
  any_ = false;
  breaks_ = 0;
}

}  // namespace mime

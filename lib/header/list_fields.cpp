#include "header/list_fields.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "header/text_writer.hpp"

namespace header {

namespace {

constexpr std::size_t id_limit = 255;  // RFC 2919 section 2

void put_quoted(std::string_view text, std::string& out) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (base::is_alnum(c) || std::string_view("-._~@+!$'").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += digits[static_cast<unsigned char>(c) >> 4];
      out += digits[static_cast<unsigned char>(c) & 15];
    }
  }
}

std::string url_field(std::string_view name, const std::string& url) {
  FieldWriter field(name);
  field.put("<" + url + ">");
  return std::move(field).finish();
}

std::string or_ask(const std::string& url, const ListFields& list, std::string_view subject) {
  return url.empty() ? mailto(list.owner, std::string(subject) + " " + list.address) : url;
}

}  // namespace

std::string mailto(std::string_view address, std::string_view subject) {
  std::string out = "mailto:";
  put_quoted(address, out);
  if (subject.empty()) return out;
  out += "?subject=";
  put_quoted(subject, out);
  return out;
}

std::string list_id_of(std::string_view address) {
  std::string out;
  for (const char c : base::lower(address)) {
    const bool fits = base::is_alnum(c) || c == '-' || c == '_' || c == '+' || c == '=';
    if (c == '@' || c == '.') {
      if (!out.empty() && out.back() != '.') out += '.';
    } else {
      out += fits ? c : '-';
    }
  }
  while (!out.empty() && out.back() == '.') out.pop_back();
  return out.substr(0, id_limit);
}

std::string write_list_fields(const ListFields& list) {
  FieldWriter id("List-Id");
  if (!list.description.empty()) put_phrase(id, list.description);
  id.put("<" + list_id_of(list.address) + ">");
  auto out = std::move(id).finish();
  out += list.closed ? "List-Post: NO (only its owner posts to this list)\n"
                     : url_field("List-Post", mailto(list.address));
  out += url_field("List-Help", or_ask(list.help, list, "help"));
  out += url_field("List-Subscribe", or_ask(list.subscribe, list, "subscribe"));
  out += url_field("List-Unsubscribe", or_ask(list.unsubscribe, list, "unsubscribe"));
  out += url_field("List-Owner", mailto(list.owner));
  if (!list.archive.empty()) out += url_field("List-Archive", list.archive);
  return out;
}

std::optional<std::string> parse_list_id(std::string_view body) {
  const auto text = unfold(body);
  const auto open = text.rfind('<');
  if (open == std::string::npos) return std::nullopt;
  const auto close = text.find('>', open);
  if (close == std::string::npos) return std::nullopt;
  const auto id = base::trim(std::string_view(text).substr(open + 1, close - open - 1));
  return id.empty() ? std::nullopt : std::optional(base::lower(id));
}

bool is_replaced_by_list(std::string_view name, bool archive) {
  constexpr std::string_view names[] = {"List-Id",        "List-Post",        "List-Help",
                                        "List-Subscribe", "List-Unsubscribe", "List-Unsubscribe-Post",
                                        "List-Owner",     "Precedence"};
  if (base::iequals(name, "List-Archive")) return archive;
  return std::any_of(std::begin(names), std::end(names),
                     [&](std::string_view one) { return base::iequals(one, name); });
}

bool is_automatic_reply(const std::vector<Field>& fields) {
  const auto* field = find(fields, "Auto-Submitted");
  if (field == nullptr) return false;
  const auto text = unfold(field->body);
  const auto word = base::trim(std::string_view(text).substr(0, text.find_first_of(";( \t")));
  return base::istarts_with(word, "auto-replied") || base::istarts_with(word, "auto-notified");
}

}  // namespace header

// Says what the parsers make of header values, for header_tables.py: requests "KIND LENGTH\n" and that many
// octets on stdin, one line of JSON each on stdout.
#include <cstddef>
#include <iostream>
#include <limits>
#include <string>
#include <string_view>

#include "base/ascii.hpp"
#include "header/address.hpp"
#include "header/date.hpp"
#include "header/encoded_word.hpp"
#include "header/field.hpp"
#include "header/message_id.hpp"
#include "header/parameter.hpp"
#include "header/phrase_list.hpp"
#include "header/received.hpp"
#include "mime/content_type.hpp"

namespace {

std::string quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (base::is_control(c)) {
      const auto value = static_cast<unsigned char>(c);
      out += std::string("\\u00") + digits[value >> 4] + digits[value & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// Members of an object or an array, put together piece by piece.
class Json {
 public:
  explicit Json(char open) : out_(1, open) {}
  Json& raw(std::string_view name, const std::string& value) {
    if (out_.size() > 1) out_ += ',';
    if (!name.empty()) out_ += quoted(name) + ":";
    out_ += value;
    return *this;
  }
  Json& text(std::string_view name, std::string_view value) { return raw(name, quoted(value)); }
  std::string end() const { return out_ + (out_[0] == '{' ? '}' : ']'); }

 private:
  std::string out_;
};

std::string show(const std::optional<header::Date>& date) {
  if (!date) return "null";
  return Json('{')
      .raw("year", std::to_string(date->year))
      .raw("month", std::to_string(date->month))
      .raw("day", std::to_string(date->day))
      .raw("hour", std::to_string(date->hour))
      .raw("minute", std::to_string(date->minute))
      .raw("second", std::to_string(date->second))
      .raw("zone", std::to_string(date->zone))
      .end();
}

std::string addresses(std::string_view body) {
  constexpr std::string_view kinds[] = {"mailbox", "group", "end"};
  Json out('[');
  for (const auto& one : header::parse_addresses(body)) {
    out.raw("", Json('{')
                    .text("kind", kinds[static_cast<std::size_t>(one.kind)])
                    .text("name", header::decode_words(one.name))
                    .text("comment", header::decode_words(one.comment))
                    .text("address", one.domain.empty() ? one.local : one.local + "@" + one.domain)
                    .end());
  }
  return out.end();
}

std::string received(std::string_view body) {
  const auto r = header::parse_received(body);
  Json out('{');
  out.text("from", r.from).text("by", r.by).text("via", r.via).text("with", r.with);
  out.text("protocol", r.protocol).text("id", r.id).text("for", r.for_).text("helo", r.helo);
  out.text("verb", r.verb).text("ip", r.ip).text("host", r.host).text("ident", r.ident);
  return out.text("tls", r.tls).text("cipher", r.cipher).raw("date", show(r.date)).end();
}

std::string strings(const std::vector<std::string>& list) {
  Json out('[');
  for (const auto& one : list) out.text("", one);
  return out.end();
}

/// Also Content-Disposition: a value without a slash.
std::string content_type(std::string_view body) {
  base::Defects defects;
  const auto type = mime::parse_content_type(body, &defects);
  const auto disposition = mime::parse_disposition(body);
  const bool is_type = body.substr(0, body.find(';')).find('/') != body.npos;
  std::string what = is_type ? type.type : disposition.value;
  std::string subtype = is_type ? type.subtype : "";
  for (const auto& one : defects.list()) {
    if (one.rule == &mime::missing_type && is_type) what.clear();
    if (one.rule == &mime::missing_subtype) subtype.clear();
  }
  const auto& parameters = is_type ? type.parameters : disposition.parameters;
  Json values('{');
  for (const auto& [written, value] : parameters) {
    const auto name = written.substr(0, written.find('*'));
    const auto found = header::parameter_text(parameters, name);
    if (!found) continue;
    if (!found->language.empty()) values.text(name + "-language", found->language);
    values.text(name, found->value);
  }
  return Json('{').text("type", what).text("subtype", subtype).raw("parameters", values.end()).end();
}

std::string answer(std::string_view kind, std::string_view value) {
  // The value ends where the field ends.
  std::string text = "X:" + std::string(value);
  std::string_view rest = text;
  const auto field = header::take_field(rest);
  const auto body = field ? field->body : std::string_view();
  if (kind == "address") return addresses(body);
  if (kind == "content_type") return content_type(body);
  if (kind == "date") return show(header::parse_date(body));
  if (kind == "id") return strings(header::parse_message_ids(body));
  if (kind == "list") return strings(header::parse_phrases(body));
  if (kind == "received") return received(body);
  if (kind == "unstructured") return quoted(header::decode_words(body));
  return "null";
}

}  // namespace

int main() {
  std::string kind;
  std::size_t length = 0;
  while (std::cin >> kind >> length) {
    std::cin.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    std::string value(length, '\0');
    std::cin.read(value.data(), static_cast<std::streamsize>(length));
    std::cout << answer(kind, value) << "\n";
  }
  return 0;
}

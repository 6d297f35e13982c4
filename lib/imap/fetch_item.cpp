#include "imap/fetch_item.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "imap/quote.hpp"

namespace imap {

namespace {

using Kind = FetchItem::Kind;

constexpr std::size_t items_limit = 200;
// Of all items: each is held against every field of every message.
constexpr std::size_t fields_limit = 200;

FetchItem simple(Kind kind) {
  FetchItem out;
  out.kind = kind;
  return out;
}

FetchItem rfc822(const char* name, Section::Text text, bool peek) {
  FetchItem out;
  out.kind = Kind::section;
  out.peek = peek;
  out.name = name;
  out.section.text = text;
  return out;
}

base::Result<void> parse_field_list(Lexer& in, FetchItem& item) {
  TRY(in.space());
  TRY(in.expect('('));
  item.name += " (";
  while (true) {
    TRY_ASSIGN(const auto field, in.astring());
    const bool plain =
        std::all_of(field.begin(), field.end(), [](char c) { return c > ' ' && c < 127 && c != ':'; });
    if (!plain || item.section.fields.size() >= fields_limit) return in.wrong("a field name");
    const bool atom = !field.empty() && field.find_first_of("(){%*\"\\]") == std::string::npos;
    item.name += atom ? field : quote(field);
    item.section.fields.push_back(field);
    if (in.take(')')) break;
    TRY(in.space());
    item.name += ' ';
  }
  item.name += ')';
  return {};
}

/// `1.2`, then a word: "1.2.HEADER".
base::Result<void> parse_section_name(Lexer& in, FetchItem& item) {
  std::string name = base::upper(in.name());
  item.name += name;
  std::size_t digits = 0;
  while (digits < name.size() && (base::is_digit(name[digits]) || name[digits] == '.')) ++digits;
  auto& section = item.section;
  section.part = name.substr(0, digits);
  const std::string word = name.substr(digits);
  if (!word.empty() && !section.part.empty()) {
    if (!section.part.ends_with('.')) return in.wrong("a section");
    section.part.pop_back();
  }
  const bool dots = section.part.starts_with('.') || section.part.ends_with('.') ||
                    section.part.find("..") != std::string::npos || section.part.starts_with('0');
  if (dots || section.part.size() > 500) return in.wrong("a part number");
  if (word.empty()) return {};
  if (word == "HEADER")
    section.text = Section::Text::header;
  else if (word == "TEXT")
    section.text = Section::Text::body;
  else if (word == "MIME" && !section.part.empty())
    section.text = Section::Text::mime;
  else if (word == "HEADER.FIELDS")
    section.text = Section::Text::fields;
  else if (word == "HEADER.FIELDS.NOT")
    section.text = Section::Text::fields_not;
  else
    return in.wrong("a section");
  const bool list = section.text == Section::Text::fields || section.text == Section::Text::fields_not;
  return list ? parse_field_list(in, item) : base::Result<void>();
}

base::Result<FetchItem> parse_section(Lexer& in, bool peek) {
  FetchItem item;
  item.kind = Kind::section;
  item.peek = peek;
  item.name = "BODY[";
  if (in.peek() != ']') TRY(parse_section_name(in, item));
  TRY(in.expect(']'));
  item.name += ']';
  if (!in.take('<')) return item;
  Partial partial;
  TRY_ASSIGN(partial.offset, in.large_number());
  TRY(in.expect('.'));
  TRY_ASSIGN(partial.count, in.large_number(1));
  TRY(in.expect('>'));
  item.partial = partial;
  item.name += "<" + std::to_string(partial.offset) + ">";
  return item;
}

/// `[1.2]<0.100>` (RFC 3516 section 4.1), which may ask for a part and nothing of it.
base::Result<FetchItem> parse_binary(Lexer& in, Kind kind, bool peek) {
  TRY(in.expect('['));
  TRY_ASSIGN(auto item, parse_section(in, peek));
  if (item.section.text != Section::Text::all) return in.wrong("a part number");
  item.kind = kind;
  item.name.replace(0, 4, kind == Kind::binary ? "BINARY" : "BINARY.SIZE");
  if (kind == Kind::binary_size && item.partial) return in.wrong("the size of a whole part");
  return item;
}

base::Result<FetchItem> parse_preview(Lexer& in) {
  auto item = simple(Kind::preview);
  if (!in.take_text(" (LAZY")) return item;
  TRY(in.expect(')'));
  item.lazy = true;
  return item;
}

base::Result<FetchItem> parse_item(Lexer& in) {
  const auto name = base::upper(in.name());
  if (name == "BINARY" || name == "BINARY.PEEK") return parse_binary(in, Kind::binary, name != "BINARY");
  if (name == "BINARY.SIZE") return parse_binary(in, Kind::binary_size, true);
  if (name == "PREVIEW") return parse_preview(in);
  if (name == "MODSEQ") return simple(Kind::modseq);
  if (name == "EMAILID") return simple(Kind::email_id);
  if (name == "THREADID") return simple(Kind::thread_id);
  if (name == "SAVEDATE") return simple(Kind::save_date);
  if (name == "BODY.PEEK" || (name == "BODY" && in.peek() == '[')) {
    TRY(in.expect('['));
    return parse_section(in, name == "BODY.PEEK");
  }
  if (name == "FLAGS") return simple(Kind::flags);
  if (name == "INTERNALDATE") return simple(Kind::internal_date);
  if (name == "RFC822.SIZE") return simple(Kind::size);
  if (name == "UID") return simple(Kind::uid);
  if (name == "ENVELOPE") return simple(Kind::envelope);
  if (name == "BODY") return simple(Kind::body);
  if (name == "BODYSTRUCTURE") return simple(Kind::body_structure);
  if (name == "RFC822") return rfc822("RFC822", Section::Text::all, false);
  if (name == "RFC822.HEADER") return rfc822("RFC822.HEADER", Section::Text::header, true);
  if (name == "RFC822.TEXT") return rfc822("RFC822.TEXT", Section::Text::body, false);
  return in.wrong("a fetch item");
}

std::vector<FetchItem> macro(std::initializer_list<Kind> kinds) {
  std::vector<FetchItem> out;
  for (const auto kind : kinds) out.push_back(simple(kind));
  return out;
}

}  // namespace

base::Result<std::vector<FetchItem>> parse_fetch_items(Lexer& in) {
  if (in.take_word("ALL")) return macro({Kind::flags, Kind::internal_date, Kind::size, Kind::envelope});
  if (in.take_word("FAST")) return macro({Kind::flags, Kind::internal_date, Kind::size});
  if (in.take_word("FULL"))
    return macro({Kind::flags, Kind::internal_date, Kind::size, Kind::envelope, Kind::body});
  std::vector<FetchItem> out;
  std::size_t fields = 0;
  const bool list = in.take('(');
  do {
    if (out.size() >= items_limit) return in.wrong("fewer items");
    TRY_ASSIGN(auto item, parse_item(in));
    fields += item.section.fields.size();
    if (fields > fields_limit) return in.wrong("fewer field names");
    out.push_back(std::move(item));
  } while (list && in.take(' '));
  if (list) TRY(in.expect(')'));
  return out;
}

}  // namespace imap

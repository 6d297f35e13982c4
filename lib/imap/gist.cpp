#include "imap/gist.hpp"

#include <string.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.hpp"
#include "codec/casemap.hpp"
#include "header/all_addresses.hpp"
#include "header/date.hpp"
#include "header/encoded_word.hpp"
#include "header/field.hpp"
#include "header/message_id.hpp"
#include "imap/lexer.hpp"
#include "imap/sort_key.hpp"

namespace imap {

namespace {

constexpr std::size_t references_read = 1000;  // of one message
constexpr std::size_t references_kept = 20;
constexpr std::size_t value_limit = 1000;  // octets: no sender says how much memory a SORT or THREAD takes
constexpr std::array<std::string_view, 6> searched_fields = {"Subject", "From", "To",
                                                             "Cc",      "Bcc",  "Message-ID"};
constexpr std::size_t mapped_limit = 64 * 1024;  // octets of a value
constexpr char mark = '\r';                      // before each of several in a line; no value holds it

using Fields = std::vector<header::Field>;

/// The first is where a thread begins, the last are what it answers; between them others know more.
template <class Ids>
void keep_ends(Ids& ids) {
  if (ids.size() > references_kept)
    ids.erase(ids.begin() + 1, ids.end() - static_cast<std::ptrdiff_t>(references_kept - 1));
}

/// Values are one line each: what holds a line end otherwise gets blanks.
void append_line(std::string& out, std::string_view value) {
  const auto start = static_cast<std::ptrdiff_t>(out.size());
  out += value;
  std::replace_if(
      out.begin() + start, out.end(), [](char c) { return c == '\n' || c == mark; }, ' ');
  out += '\n';
}

void append_values(std::string& out, const std::vector<std::string>& values) {
  for (const auto& value : values) {
    out += mark;
    append_line(out, value);
    out.pop_back();
  }
  out += '\n';
}

std::vector<std::string> ids_of(const Fields& fields, std::string_view name, std::size_t limit) {
  const auto* field = header::find(fields, name);
  if (field == nullptr) return {};
  return header::parse_message_ids(field->body, nullptr, limit);
}

/// As SORT, THREAD and SEARCH compare it (RFC 5256 section 7). A few characters are eleven times as long
/// decomposed, which no sender may make use of.
std::string mapped(std::string_view text) {
  if (text.size() <= mapped_limit) {
    auto out = codec::casemap(text);
    if (out.size() <= 4 * text.size()) return out;
  }
  return base::upper(text);
}

std::string decoded(std::string_view body) {
  return header::decode_words(header::unfold(body));
}

/// Of a Date field as SEARCH reads it.
std::optional<std::int64_t> day_in(std::string_view value) {
  const auto comma = value.find(',');
  std::string_view text = base::trim(comma == std::string_view::npos ? value : value.substr(comma + 1));
  std::string date;
  for (int words = 0; words < 3 && !text.empty(); ++words) {
    const auto end = std::min(text.find(' '), text.size());
    date += (words == 0 ? "" : "-") + std::string(text.substr(0, end));
    text = base::trim(text.substr(end));
  }
  const auto days = parse_date(date);
  return days ? std::optional(*days) : std::nullopt;
}

/// By its own clock.
std::int64_t day_of(const header::Date& date) {
  const auto seconds = date.seconds() + std::int64_t{60} * date.zone;
  return seconds / 86'400 - (seconds % 86'400 < 0 ? 1 : 0);
}

void append_dates(std::string& out, const Fields& fields) {
  const auto* field = header::find(fields, "Date");
  const auto date = field == nullptr ? std::nullopt : header::parse_date(field->body);
  const auto day = date               ? std::optional(day_of(*date))
                   : field == nullptr ? std::nullopt
                                      : day_in(base::lower(decoded(field->body)));
  append_line(out, date ? std::to_string(date->seconds()) : "");
  append_line(out, day ? std::to_string(*day) : "");
}

void append_subject(std::string& out, const Fields& fields) {
  const auto* field = header::find(fields, "Subject");
  const auto subject = field == nullptr ? BaseSubject() : base_subject(field->body);
  append_line(out, subject.reply ? "re" : "");
  append_line(out, mapped(subject.text));
}

void append_people(std::string& out, const Fields& fields) {
  std::string shown;
  for (const char* name : {"From", "To", "Cc"}) {
    const auto list = header::all_addresses(fields, name);
    const auto first = std::find_if(
        list.begin(), list.end(), [](const auto& one) { return one.kind == header::Address::Kind::mailbox; });
    append_line(out, first == list.end() ? std::string() : mapped(first->local));
    if (first == list.end()) {
      append_line(shown, "");
      continue;
    }
    const auto display = header::decode_words(first->name);
    append_line(shown, mapped(display.empty() ? first->local + "@" + first->domain : display));
  }
  out += shown;
}

void append_references(std::string& out, const Fields& fields) {
  const auto ids = ids_of(fields, "Message-ID", 1);
  append_line(out, ids.empty() ? std::string() : ids.front());
  auto references = ids_of(fields, "References", references_read);
  if (references.empty()) references = ids_of(fields, "In-Reply-To", 1);
  keep_ends(references);
  append_values(out, references);
}

}  // namespace

std::string make_gist(std::string_view header) {
  const auto fields = header::parse_fields(header);
  std::string out;
  append_dates(out, fields);
  append_subject(out, fields);
  append_people(out, fields);
  append_references(out, fields);
  for (const auto name : searched_fields) {
    std::vector<std::string> values;
    for (const auto& field : fields) {
      if (base::iequals(field.name, name)) values.push_back(mapped(decoded(field.body)));
    }
    append_values(out, values);
  }
  return out;
}

std::string_view Gist::line(Line which, std::size_t behind) const {
  const auto wanted = static_cast<std::size_t>(which) + behind;
  if (line_ > wanted) {
    line_ = begin_ = 0;
    end_ = std::min(text_.find('\n'), text_.size());
  }
  for (; line_ < wanted; ++line_) {
    begin_ = std::min(end_ + 1, text_.size());
    end_ = std::min(text_.find('\n', begin_), text_.size());
  }
  return text_.substr(begin_, end_ - begin_);
}

std::string_view Gist::value(Line which, std::size_t behind) const {
  return line(which, behind).substr(0, value_limit);
}

std::optional<std::int64_t> Gist::number(Line which) const {
  const auto text = line(which);
  std::int64_t out = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), out);
  return done.ec == std::errc() && !text.empty() ? std::optional(out) : std::nullopt;
}

std::string_view Gist::first_of(People people) const {
  return value(Line::first, static_cast<std::size_t>(people));
}

std::string_view Gist::first_shown_of(People people) const {
  return value(Line::shown, static_cast<std::size_t>(people));
}

std::vector<std::string_view> Gist::references() const {
  std::vector<std::string_view> out;
  auto rest = line(Line::references);
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto end = std::min(rest.find(mark), rest.size());
    out.push_back(rest.substr(0, std::min(end, value_limit)));
    rest.remove_prefix(end);
  }
  keep_ends(out);
  return out;
}

bool Gist::has(std::string_view field) {
  return std::any_of(searched_fields.begin(), searched_fields.end(),
                     [&](std::string_view one) { return base::iequals(one, field); });
}

bool Gist::holds(std::string_view field, std::string_view wanted) const {
  const auto at = std::find_if(searched_fields.begin(), searched_fields.end(),
                               [&](std::string_view one) { return base::iequals(one, field); });
  const auto values = line(Line::fields, static_cast<std::size_t>(at - searched_fields.begin()));
  return !values.empty() && memmem(values.data(), values.size(), wanted.data(), wanted.size()) != nullptr;
}

base::Result<std::string_view> gist_of(Mailbox& mailbox, std::uint32_t uid, std::string& room) {
  const auto known = mailbox.known(uid, Fact::gist);
  if (known) return *known;
  TRY_ASSIGN(const auto header, mailbox.text(uid, true));
  room = make_gist(header);
  mailbox.keep(uid, Fact::gist, room);
  return std::string_view(room);
}

}  // namespace imap

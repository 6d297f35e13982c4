#include "imap/search.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "codec/base64.hpp"
#include "codec/charset.hpp"
#include "codec/quoted_printable.hpp"
#include "header/encoded_word.hpp"
#include "header/field.hpp"
#include "imap/lexer.hpp"
#include "mime/entity.hpp"

namespace imap {

namespace {

using Kind = SearchKey::Kind;

constexpr std::int64_t day = 86'400;

bool holds(std::string_view text, std::string_view wanted) {
  if (wanted.empty()) return true;
  const auto same = [](char a, char b) { return base::to_lower(a) == base::to_lower(b); };
  return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(), same) != text.end();
}

std::string decoded(std::string_view body, const mime::Entity& entity) {
  std::string bytes(body);
  if (entity.encoding == "base64") bytes = *codec::base64_decode(body, codec::Base64Reading::forgiving);
  if (entity.encoding == "quoted-printable") bytes = codec::qp_decode(body);
  const auto* charset = mime::find(entity.type.parameters, "charset");
  if (charset == nullptr) return bytes;
  auto text = codec::to_utf8(bytes, *charset);
  return text ? std::move(*text) : bytes;
}

/// The days since 1970 that a Date field names, by its own clock; the time and the zone do not count
/// (section 6.4.4).
std::optional<std::int64_t> sent_day(std::string_view value) {
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

class Matcher {
 public:
  explicit Matcher(Candidate candidate) : it_(candidate) {}

  base::Result<bool> run(const SearchKey& key) {
    const auto& message = it_.message;
    switch (key.kind) {
      case Kind::all_of:
        return all(key);
      case Kind::any_of:
        return any(key);
      case Kind::none_of: {
        TRY_ASSIGN(const bool found, any(key));
        return !found;
      }
      case Kind::flag:
        return (message.flags.system & key.flag) != 0;
      case Kind::keyword:
        return std::any_of(message.flags.keywords.begin(), message.flags.keywords.end(),
                           [&](const std::string& one) { return base::iequals(one, key.text); });
      case Kind::recent:
        return message.recent;
      case Kind::before:
        return internal_day() < key.number;
      case Kind::on:
        return internal_day() == key.number;
      case Kind::since:
        return internal_day() >= key.number;
      case Kind::sequence:
        return key.set.contains(it_.number, it_.largest);
      case Kind::uid:
        return key.set.contains(message.uid, it_.largest_uid);
      default:
        return by_content(key);
    }
  }

 private:
  std::int64_t internal_day() const { return static_cast<std::int64_t>(it_.message.date) / day; }

  /// The keys that need no text first.
  base::Result<bool> all(const SearchKey& key) {
    for (const bool costly : {false, true}) {
      for (const auto& child : key.children) {
        if ((child.kind >= Kind::sent_before && child.kind <= Kind::text) != costly) continue;
        TRY_ASSIGN(const bool found, run(child));
        if (!found) return false;
      }
    }
    return true;
  }

  base::Result<bool> any(const SearchKey& key) {
    for (const auto& child : key.children) {
      TRY_ASSIGN(const bool found, run(child));
      if (found) return true;
    }
    return false;
  }

  base::Result<bool> by_content(const SearchKey& key) {
    if (key.kind == Kind::larger || key.kind == Kind::smaller) {
      TRY_ASSIGN(const auto size, it_.mailbox.size(it_.message.uid));
      const auto bound = static_cast<std::uint64_t>(key.number);
      return key.kind == Kind::larger ? size > bound : size < bound;
    }
    if (key.kind == Kind::body || key.kind == Kind::text) {
      TRY(load(false));
      if (key.kind == Kind::text && holds(header_text(), key.text)) return true;
      return in_parts(mime::parse(text_), key.text);
    }
    TRY(load(true));
    const auto fields = header::parse_fields(text_);
    if (key.kind == Kind::header) return in_field(fields, key);
    const auto* field = header::find(fields, "Date");
    const auto sent = field == nullptr ? std::nullopt : sent_day(header::unfold(field->body));
    if (!sent) return false;
    return key.kind == Kind::sent_before ? *sent < key.number
           : key.kind == Kind::sent_on   ? *sent == key.number
                                         : *sent >= key.number;
  }

  bool in_field(const std::vector<header::Field>& fields, const SearchKey& key) const {
    return std::any_of(fields.begin(), fields.end(), [&](const header::Field& field) {
      return base::iequals(field.name, key.field) &&
             holds(header::decode_words(header::unfold(field.body)), key.text);
    });
  }

  std::string header_text() const {
    std::string out;
    for (const auto& field : header::parse_fields(text_)) {
      out += std::string(field.name) + ": " + header::decode_words(header::unfold(field.body)) + "\n";
    }
    return out;
  }

  /// Text parts, and the headers of messages inside.
  bool in_parts(const mime::Entity& entity, std::string_view wanted) const {
    const std::string_view text = text_;
    for (const auto& child : entity.children) {
      const bool inner = entity.type.is("message", "rfc822");
      if (inner && holds(text.substr(child.header, child.body - child.header), wanted)) return true;
      if (in_parts(child, wanted)) return true;
    }
    if (!entity.children.empty() || entity.type.type != "text") return false;
    return holds(decoded(text.substr(entity.body, entity.end - entity.body), entity), wanted);
  }

  base::Result<void> load(bool header_only) {
    if (loaded_ && (header_only || whole_)) return {};
    TRY_ASSIGN(text_, it_.mailbox.text(it_.message.uid, header_only));
    loaded_ = true;
    whole_ = !header_only;
    return {};
  }

  Candidate it_;
  std::string text_;
  bool loaded_ = false;
  bool whole_ = false;
};

}  // namespace

base::Result<bool> matches(const SearchKey& key, Candidate candidate) {
  return Matcher(candidate).run(key);
}

}  // namespace imap

#include "imap/search_match.hpp"

#include <string.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "codec/base64.hpp"
#include "codec/charset.hpp"
#include "codec/quoted_printable.hpp"
#include "header/encoded_word.hpp"
#include "header/field.hpp"
#include "imap/gist.hpp"
#include "imap/thread_id.hpp"
#include "mime/entity.hpp"

namespace imap {

namespace {

using Kind = SearchKey::Kind;

constexpr std::int64_t day = 86'400;

/// Both folded. memmem, since no needle can make it slower than linear.
bool holds(std::string_view text, std::string_view wanted) {
  return memmem(text.data(), text.size(), wanted.data(), wanted.size()) != nullptr;
}

std::string folded(std::string text) {
  for (char& c : text) c = base::to_lower(c);
  return text;
}

std::string decoded(std::string_view body, const mime::Entity& entity) {
  std::string bytes;
  if (entity.encoding == "base64")
    body = bytes = *codec::base64_decode(body, codec::Base64Reading::forgiving);
  if (entity.encoding == "quoted-printable") body = bytes = codec::qp_decode(body);
  const auto* charset = mime::find(entity.type.parameters, "charset");
  if (charset == nullptr) return std::string(body);
  auto text = codec::to_utf8(body, *charset);
  return text ? std::move(*text) : std::string(body);
}

/// A field of the header, decoded and folded.
struct Line {
  std::string text;      // "name: value"
  std::size_t name = 0;  // its length
  std::string_view value() const { return std::string_view(text).substr(name + 2); }
  bool is(std::string_view wanted) const {
    return base::iequals(std::string_view(text).substr(0, name), wanted);
  }
};

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
      case Kind::modseq:
        return message.modseq >= static_cast<std::uint64_t>(key.number);
      case Kind::uid_after:
        return message.uid > key.number;
      case Kind::uid_before:
        return message.uid < key.number;
      case Kind::sequence:
        return key.set.contains(it_.number, it_.largest);
      case Kind::uid:
        if (key.set.is_saved())
          return it_.saved != nullptr &&
                 std::binary_search(it_.saved->begin(), it_.saved->end(), message.uid);
        return key.set.contains(message.uid, it_.largest_uid);
      default:
        return by_arrival(key);
    }
  }

 private:
  base::Result<bool> by_arrival(const SearchKey& key) {
    switch (key.kind) {
      case Kind::before:
        return internal_day() < key.number;
      case Kind::on:
        return internal_day() == key.number;
      case Kind::since:
        return internal_day() >= key.number;
      case Kind::older:
        return age() >= key.number;
      case Kind::younger:
        return age() <= key.number;
      case Kind::saved_before:
        return saved_day() < key.number;
      case Kind::saved_on:
        return saved_day() == key.number;
      case Kind::saved_since:
        return saved_day() >= key.number;
      default:
        return by_content(key);
    }
  }

  std::int64_t internal_day() const { return static_cast<std::int64_t>(it_.mailbox.date(it_.message)) / day; }

  std::int64_t saved_day() const { return static_cast<std::int64_t>(it_.message.saved) / day; }
  std::int64_t age() const {
    return static_cast<std::int64_t>(it_.mailbox.now()) -
           static_cast<std::int64_t>(it_.mailbox.date(it_.message));
  }

  /// The keys that need no text first.
  base::Result<bool> all(const SearchKey& key) {
    for (const bool costly : {false, true}) {
      for (const auto& child : key.children) {
        if ((child.kind >= Kind::sent_before && child.kind <= Kind::thread_id) != costly) continue;
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
    if (key.kind == Kind::email_id) {
      TRY_ASSIGN(const auto id, it_.mailbox.email_id(it_.message.uid));
      return id == key.text;
    }
    if (key.kind == Kind::thread_id) {
      TRY_ASSIGN(const auto gist, gist_of(it_.mailbox, it_.message.uid, room_));
      return thread_id(Gist(gist)) == key.text;
    }
    if (key.kind == Kind::sent_before || key.kind == Kind::sent_on || key.kind == Kind::sent_since)
      return by_date(key);
    if (key.kind == Kind::header && Gist::has(key.field)) {
      TRY_ASSIGN(const auto gist, gist_of(it_.mailbox, it_.message.uid, room_));
      return Gist(gist).holds(key.field, key.text);
    }
    return by_text(key);
  }

  base::Result<bool> by_text(const SearchKey& key) {
    const bool whole = key.kind == Kind::body || key.kind == Kind::text;
    TRY(load(whole));
    const auto has = [&](const std::string& text) { return holds(text, key.text); };
    if (whole) {
      return std::any_of(parts_.begin(), parts_.end(), has) ||
             (key.kind == Kind::text &&
              std::any_of(lines_.begin(), lines_.end(), [&](const Line& line) { return has(line.text); }));
    }
    return std::any_of(lines_.begin(), lines_.end(), [&](const Line& line) {
      return line.is(key.field) && holds(line.value(), key.text);
    });
  }

  base::Result<bool> by_date(const SearchKey& key) {
    TRY_ASSIGN(const auto gist, gist_of(it_.mailbox, it_.message.uid, room_));
    const auto sent = Gist(gist).day();
    if (!sent) return false;
    return key.kind == Kind::sent_before ? *sent < key.number
           : key.kind == Kind::sent_on   ? *sent == key.number
                                         : *sent >= key.number;
  }

  /// Once for all keys: decoding costs more than looking.
  base::Result<void> load(bool whole) {
    if (whole ? whole_ : header_) return {};
    TRY_ASSIGN(const auto text, it_.mailbox.text(it_.message.uid, !whole));
    if (!header_) {
      for (const auto& field : header::parse_fields(text)) {
        const auto value = header::decode_words(header::unfold(field.body));
        lines_.push_back({folded(std::string(field.name) + ": " + value), field.name.size()});
      }
    }
    if (whole) take_parts(text, mime::parse(text));
    header_ = true;
    whole_ = whole_ || whole;
    return {};
  }

  /// Text parts, and the headers of messages inside.
  void take_parts(std::string_view text, const mime::Entity& entity) {
    const bool message = entity.type.is("message", "rfc822");
    for (const auto& child : entity.children) {
      if (message)
        parts_.push_back(folded(std::string(text.substr(child.header, child.body - child.header))));
      take_parts(text, child);
    }
    if (!entity.children.empty() || entity.type.type != "text") return;
    parts_.push_back(folded(decoded(text.substr(entity.body, entity.end - entity.body), entity)));
  }

  Candidate it_;
  std::string room_;
  std::vector<Line> lines_;
  std::vector<std::string> parts_;
  bool header_ = false;
  bool whole_ = false;
};

}  // namespace

base::Result<bool> matches(const SearchKey& key, Candidate candidate) {
  return Matcher(candidate).run(key);
}

}  // namespace imap

#include "imap/search_match.hpp"

#include <string.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "codec/base64.hpp"
#include "codec/charset.hpp"
#include "codec/quoted_printable.hpp"
#include "header/encoded_word.hpp"
#include "header/field.hpp"
#include "imap/any_case.hpp"
#include "imap/gist.hpp"
#include "imap/thread_id.hpp"
#include "mime/entity.hpp"

namespace imap {

namespace {

using Kind = SearchKey::Kind;

constexpr std::int64_t day = 86'400;

/// Both in lower case. memmem, since no needle can make it slower than linear.
bool holds(std::string_view text, std::string_view wanted) {
  return memmem(text.data(), text.size(), wanted.data(), wanted.size()) != nullptr;
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

/// Those whose ASCII stands for itself, and nothing else for it.
bool is_like_ascii(std::string_view charset) {
  return base::iequals(charset, "us-ascii") || base::istarts_with(charset, "iso-8859-") ||
         base::istarts_with(charset, "windows-125");
}

/// Text of a message. Decoding takes longer than looking, and most of it is as it was written.
class Part {
 public:
  /// Of `text`, which outlives it.
  Part(std::string_view text, const mime::Entity& entity)
      : raw_(text.substr(entity.body, entity.end - entity.body)), entity_(&entity) {
    const bool encoded = entity.encoding == "base64" || entity.encoding == "quoted-printable";
    const auto* charset = mime::find(entity.type.parameters, "charset");
    plain_ = !encoded && (charset == nullptr || base::iequals(*charset, "utf-8"));
    ascii_ = plain_ || (!encoded && is_like_ascii(*charset));
  }
  /// A header inside: of a message, or of a part, which only TEXT asks for (RFC 9051 section 6.4.4).
  Part(std::string_view raw, bool of_part) : raw_(raw), plain_(true), of_part_(of_part) {}

  bool counts_for(SearchKey::Kind kind) const { return !of_part_ || kind == SearchKey::Kind::text; }

  bool holds(std::string_view wanted) {
    if (plain_ || (ascii_ && !base::has_8bit(wanted))) return holds_in_any_case(raw_, wanted);
    if (!decoded_) decoded_ = base::lower(decoded(raw_, *entity_));
    return imap::holds(*decoded_, wanted);
  }

 private:
  std::string_view raw_;
  const mime::Entity* entity_ = nullptr;
  bool plain_ = false;  // it is UTF-8 as it stands
  bool ascii_ = false;  // what of it is ASCII stands there as it is
  bool of_part_ = false;
  std::optional<std::string> decoded_;
};

/// A field of the header, decoded and in lower case.
struct Line {
  std::string text;      // "name: value"
  std::size_t name = 0;  // its length
  std::string_view value() const { return std::string_view(text).substr(name + 2); }
  bool is(std::string_view wanted) const {
    return base::iequals(std::string_view(text).substr(0, name), wanted);
  }
};

/// How much of a message; each has what those before it have.
enum class Loaded { nothing, header, stored, wire };

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
      TRY_ASSIGN(const auto id, it_.mailbox.email_id(it_.message.uid));
      return thread_id(Gist(gist), id) == key.text;
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
    if (key.kind == Kind::body || key.kind == Kind::text) {
      TRY(load(key.text.find_first_of("\r\n") == std::string::npos ? Loaded::stored : Loaded::wire));
      return std::any_of(parts_.begin(), parts_.end(),
                         [&](Part& part) { return part.counts_for(key.kind) && part.holds(key.text); }) ||
             (key.kind == Kind::text && in_header(key.text));
    }
    TRY(load(Loaded::header));
    parse_header();
    return std::any_of(lines_.begin(), lines_.end(),
                       [&](const Line& line) { return line.is(key.field) && holds(line.value(), key.text); });
  }

  base::Result<bool> by_date(const SearchKey& key) {
    TRY_ASSIGN(const auto gist, gist_of(it_.mailbox, it_.message.uid, room_));
    const auto sent = Gist(gist).day();
    if (!sent) return false;
    return key.kind == Kind::sent_before ? *sent < key.number
           : key.kind == Kind::sent_on   ? *sent == key.number
                                         : *sent >= key.number;
  }

  bool in_header(const std::string& wanted) {
    parse_header();
    return std::any_of(lines_.begin(), lines_.end(),
                       [&](const Line& line) { return holds(line.text, wanted); });
  }

  /// Once for all keys.
  base::Result<void> load(Loaded wanted) {
    if (loaded_ >= wanted) return {};
    parts_.clear();
    if (wanted == Loaded::stored) {
      TRY_ASSIGN(text_, it_.mailbox.stored(it_.message.uid));
    } else {
      TRY_ASSIGN(store_, it_.mailbox.text(it_.message.uid, wanted == Loaded::header));
      text_ = store_;
    }
    loaded_ = wanted;
    if (wanted == Loaded::header) return {};
    tree_ = mime::parse(text_);
    take_parts(tree_);
    return {};
  }

  void parse_header() {
    if (parsed_) return;
    parsed_ = true;
    for (const auto& field : header::parse_fields(text_)) {
      const auto value = header::decode_words(header::unfold(field.body));
      lines_.push_back({base::lower(std::string(field.name) + ": " + value), field.name.size()});
    }
  }

  /// Text parts, what is as good as one, and the headers of messages and parts inside.
  void take_parts(const mime::Entity& entity) {
    const bool message = entity.is_message();
    for (const auto& child : entity.children) {
      parts_.emplace_back(text_.substr(child.header, child.body - child.header), !message);
      take_parts(child);
    }
    if (entity.type.type == "text" || entity.lacks_parts()) parts_.emplace_back(text_, entity);
  }

  Candidate it_;
  std::string room_;
  Loaded loaded_ = Loaded::nothing;
  std::string store_;
  std::string_view text_;  // as far as it was loaded
  mime::Entity tree_;
  std::vector<Part> parts_;  // of tree_
  bool parsed_ = false;
  std::vector<Line> lines_;  // of the header
};

}  // namespace

base::Result<bool> matches(const SearchKey& key, Candidate candidate) {
  return Matcher(candidate).run(key);
}

}  // namespace imap

#include "imap/search_key.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "codec/casemap.hpp"
#include "codec/charset.hpp"
#include "imap/gist.hpp"

namespace imap {

namespace {

using Kind = SearchKey::Kind;

constexpr std::size_t depth_limit = 50;
constexpr std::size_t keys_limit = 1000;
constexpr std::size_t texts_limit = 32;
// Of all that is to be found. To be compared, a text may become eleven times as long.
constexpr std::size_t octets_limit = 64 * 1024;

struct Word {
  std::string_view name;
  enum class Needs { nothing, text, date, number, flag_word, header, set, identifier } needs;
  Kind kind;
  unsigned flag = 0;
  bool negated = false;
  std::string_view field = {};
};

using Needs = Word::Needs;

constexpr Word words[] = {
    {"ALL", Needs::nothing, Kind::all_of},
    {"ANSWERED", Needs::nothing, Kind::flag, answered},
    {"DELETED", Needs::nothing, Kind::flag, deleted},
    {"DRAFT", Needs::nothing, Kind::flag, draft},
    {"FLAGGED", Needs::nothing, Kind::flag, flagged},
    {"SEEN", Needs::nothing, Kind::flag, seen},
    {"UNANSWERED", Needs::nothing, Kind::flag, answered, true},
    {"UNDELETED", Needs::nothing, Kind::flag, deleted, true},
    {"UNDRAFT", Needs::nothing, Kind::flag, draft, true},
    {"UNFLAGGED", Needs::nothing, Kind::flag, flagged, true},
    {"UNSEEN", Needs::nothing, Kind::flag, seen, true},
    {"RECENT", Needs::nothing, Kind::recent},
    {"OLD", Needs::nothing, Kind::recent, 0, true},
    {"KEYWORD", Needs::flag_word, Kind::keyword},
    {"UNKEYWORD", Needs::flag_word, Kind::keyword, 0, true},
    {"BEFORE", Needs::date, Kind::before},
    {"ON", Needs::date, Kind::on},
    {"SINCE", Needs::date, Kind::since},
    {"SENTBEFORE", Needs::date, Kind::sent_before},
    {"SENTON", Needs::date, Kind::sent_on},
    {"SENTSINCE", Needs::date, Kind::sent_since},
    {"LARGER", Needs::number, Kind::larger},
    {"SMALLER", Needs::number, Kind::smaller},
    {"BCC", Needs::text, Kind::header, 0, false, "Bcc"},
    {"CC", Needs::text, Kind::header, 0, false, "Cc"},
    {"FROM", Needs::text, Kind::header, 0, false, "From"},
    {"SUBJECT", Needs::text, Kind::header, 0, false, "Subject"},
    {"TO", Needs::text, Kind::header, 0, false, "To"},
    {"HEADER", Needs::header, Kind::header},
    {"BODY", Needs::text, Kind::body},
    {"TEXT", Needs::text, Kind::text},
    {"UID", Needs::set, Kind::uid},
    {"OLDER", Needs::number, Kind::older},
    {"YOUNGER", Needs::number, Kind::younger},
    {"SAVEDBEFORE", Needs::date, Kind::saved_before},
    {"SAVEDON", Needs::date, Kind::saved_on},
    {"SAVEDSINCE", Needs::date, Kind::saved_since},
    {"SAVEDATESUPPORTED", Needs::nothing, Kind::all_of},
    {"UIDAFTER", Needs::number, Kind::uid_after},
    {"UIDBEFORE", Needs::number, Kind::uid_before},
    {"EMAILID", Needs::identifier, Kind::email_id},
    {"THREADID", Needs::identifier, Kind::thread_id},
};

SearchKey group(Kind kind, std::vector<SearchKey> children) {
  SearchKey out;
  out.kind = kind;
  out.children = std::move(children);
  return out;
}

class Parser {
 public:
  Parser(Lexer& in, const std::string& charset) : in_(in), charset_(charset) {}

  base::Result<SearchKey> run() { return keys(false, 0); }

 private:
  base::Result<SearchKey> keys(bool in_parentheses, std::size_t depth) {
    SearchKey all;
    do {
      TRY_ASSIGN(all.children.emplace_back(), key(depth));
    } while (in_.take(' '));
    if (in_parentheses) TRY(in_.expect(')'));
    return all;
  }

  base::Result<SearchKey> key(std::size_t depth) {
    if (depth >= depth_limit || ++count_ > keys_limit) return in_.wrong("a simpler search");
    if (in_.take('(')) return keys(true, depth + 1);
    if (base::is_digit(in_.peek()) || in_.peek() == '*') return set(Kind::sequence);
    if (in_.peek() == '$') return set(Kind::uid);
    if (in_.take_word("MODSEQ")) return modseq();
    if (in_.take_word("NOT")) {
      TRY(in_.space());
      TRY_ASSIGN(auto inner, key(depth + 1));
      return group(Kind::none_of, {std::move(inner)});
    }
    if (in_.take_word("OR")) {
      TRY(in_.space());
      TRY_ASSIGN(auto left, key(depth + 1));
      TRY(in_.space());
      TRY_ASSIGN(auto right, key(depth + 1));
      return group(Kind::any_of, {std::move(left), std::move(right)});
    }
    if (in_.take_word("NEW")) {
      SearchKey recent;
      recent.kind = Kind::recent;
      SearchKey unread;
      unread.kind = Kind::flag;
      unread.flag = seen;
      return group(Kind::all_of, {std::move(recent), group(Kind::none_of, {std::move(unread)})});
    }
    for (const auto& word : words) {
      if (in_.take_word(word.name)) return simple(word);
    }
    return in_.wrong("a search key");
  }

  /// `["/flags/..." all] 123`: which flag it is about does not count, the server keeps one for all (RFC 7162
  /// section 3.1.5).
  base::Result<SearchKey> modseq() {
    TRY(in_.space());
    if (in_.peek() == '"') {
      TRY(in_.string());
      TRY(in_.space());
      TRY(in_.atom());
      TRY(in_.space());
    }
    SearchKey out;
    out.kind = Kind::modseq;
    TRY_ASSIGN(const auto value, in_.large_number());
    out.number = static_cast<std::int64_t>(value);
    return out;
  }

  base::Result<SearchKey> set(Kind kind) {
    SearchKey out;
    out.kind = kind;
    TRY_ASSIGN(out.set, SequenceSet::parse(in_.sequence()));
    return out;
  }

  base::Result<std::string> text() {
    TRY(in_.space());
    TRY_ASSIGN(auto words_given, in_.astring());
    octets_ += words_given.size();
    if (octets_ > octets_limit) return in_.wrong("a shorter text");
    if (!charset_.empty()) {
      TRY_ASSIGN(words_given, codec::to_utf8(words_given, charset_));
    }
    return base::lower(words_given);
  }

  base::Result<SearchKey> simple(const Word& word) {
    SearchKey out;
    out.kind = word.kind;
    out.flag = word.flag;
    out.field = word.field;
    if (word.needs == Needs::header) {
      TRY(in_.space());
      TRY_ASSIGN(out.field, in_.astring());
    }
    const bool reads_all = word.kind == Kind::body || word.kind == Kind::text;
    if (reads_all && ++texts_ > texts_limit) return in_.wrong("a simpler search");
    if (word.needs == Needs::text || word.needs == Needs::header) {
      TRY_ASSIGN(out.text, text());
      if (word.kind == Kind::header && Gist::has(out.field)) out.text = codec::casemap(out.text);
    }
    if (word.needs == Needs::flag_word || word.needs == Needs::identifier) {
      TRY(in_.space());
      TRY_ASSIGN(out.text, in_.atom());
    }
    if (word.needs == Needs::number) {
      TRY(in_.space());
      // Sizes have 63 bits (RFC 9051 section 9).
      const bool size = word.kind == Kind::larger || word.kind == Kind::smaller;
      TRY_ASSIGN(const auto value, size ? in_.large_number() : base::Result<std::uint64_t>(in_.number()));
      out.number = static_cast<std::int64_t>(value);
    }
    if (word.needs == Needs::date) {
      TRY(in_.space());
      TRY_ASSIGN(const auto date, in_.astring());
      TRY_ASSIGN(out.number, parse_date(date));
    }
    if (word.needs == Needs::set) {
      TRY(in_.space());
      return set(Kind::uid);
    }
    return word.negated ? group(Kind::none_of, {std::move(out)}) : out;
  }

  Lexer& in_;
  const std::string& charset_;
  std::size_t count_ = 0;
  std::size_t texts_ = 0;
  std::size_t octets_ = 0;
};

}  // namespace

bool SearchKey::holds(Kind wanted) const {
  return kind == wanted || std::any_of(children.begin(), children.end(),
                                       [wanted](const SearchKey& child) { return child.holds(wanted); });
}

SearchKey SearchKey::of_numbers() const {
  SearchKey out;
  for (const auto& child : children) {
    const bool cheap = child.kind == Kind::sequence || child.kind == Kind::uid ||
                       child.kind == Kind::uid_after || child.kind == Kind::uid_before;
    if (cheap) out.children.push_back(child);
    if (child.kind == Kind::all_of) out.children.push_back(child.of_numbers());
  }
  return out;
}

base::Result<SearchKey> parse_search_keys(Lexer& in, const std::string& charset) {
  return Parser(in, charset).run();
}

}  // namespace imap

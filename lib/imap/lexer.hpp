// The tokens of one IMAP command (RFC 3501 section 9). The text holds the whole command: every literal stands
// behind its
// `{n}CRLF`, as it came. Errors are Exit::data and say what was expected, and where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/scanner.hpp"

namespace imap {

struct Literal {
  std::uint64_t size = 0;
  bool synchronizing = true;  // false: `{n+}` (RFC 7888), no continuation is awaited
};

/// The literal that a line announces at its end.
std::optional<Literal> literal_at_end(std::string_view line);

class Lexer {
 public:
  /// `utf8`: names are in UTF-8, and none is in UTF-7 (RFC 6855).
  explicit Lexer(std::string_view text, bool utf8 = false) : in_(text), utf8_(utf8) {}

  bool utf8() const { return utf8_; }
  bool done() const { return in_.done(); }
  char peek() const { return in_.peek(); }
  bool take(char c) { return in_.take(c); }
  /// Takes `word` in any case if a delimiter follows it.
  bool take_word(std::string_view word);
  /// Takes `text` in any case, whatever follows it.
  bool take_text(std::string_view text) { return in_.take_icase(text); }

  base::Result<void> space();
  base::Result<void> expect(char c);
  base::Result<void> end() const;

  base::Result<std::string> tag();
  base::Result<std::string> atom();
  base::Result<std::string> astring();
  /// Quoted or literal.
  base::Result<std::string> string();
  /// The place of a literal's bytes in the text, for those too big to be copied; also of a `~{n}`.
  base::Result<std::string_view> literal();
  base::Result<std::string> list_mailbox();
  base::Result<std::uint32_t> number(std::uint32_t least = 0);
  /// A mod-sequence, a size or a place in a message: at most 2^63-1.
  base::Result<std::uint64_t> large_number(std::uint64_t least = 0);
  /// `\Seen` or a keyword.
  base::Result<std::string> flag();
  /// In parentheses; `()` is allowed.
  base::Result<std::vector<std::string>> flag_list();
  /// Characters of a sequence set, or `$`.
  std::string_view sequence();
  /// Letters, digits, dots, dashes: names of items and sections.
  std::string_view name();

  /// An error at this place.
  base::Error wrong(std::string_view what) const;

 private:
  base::Result<std::string> quoted();
  base::Result<std::string> word(bool (*wanted)(char), std::string_view what);

  base::Scanner in_;
  bool utf8_;
};

/// Days since 1970-01-01 of `1-Feb-2024`, quotes already off.
base::Result<std::int64_t> parse_date(std::string_view text);

/// Seconds since 1970 of ` 1-Feb-2024 13:14:15 +0200`; never below 0.
base::Result<std::uint64_t> parse_date_time(std::string_view text);

/// The same the other way, in UTC and with its quotes.
std::string format_date_time(std::uint64_t seconds);

}  // namespace imap

// What SEARCH, SORT and THREAD want to know of a message's header, as one text that a store can keep: reading
// and decoding the header takes longer than all that is done with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "imap/mailbox.hpp"

namespace imap {

std::string make_gist(std::string_view header);

/// Looks at such a text, which outlives it. One that is none has no field at all. Of values that are longer
/// than 1000 octets it shows as much, but to holds().
class Gist {
 public:
  explicit Gist(std::string_view text) : text_(text) {}

  /// Seconds since 1970 by the Date field.
  std::optional<std::int64_t> date() const { return number(Line::date); }
  /// Days since 1970 by the Date field's own clock; the time and the zone do not count (RFC 3501 section
  /// 6.4.4).
  std::optional<std::int64_t> day() const { return number(Line::day); }

  /// The base of the subject, and whether anything was taken off it (RFC 5256 section 2.1).
  std::string_view base_subject() const { return value(Line::base_subject); }
  bool is_reply() const { return !line(Line::reply).empty(); }

  enum class People { from, to, cc };
  /// The local part of the first address, and what a client would show of it, in lower case.
  std::string_view first_of(People people) const;
  std::string_view first_shown_of(People people) const;

  std::string_view id() const { return value(Line::id); }
  /// Of References the first and the last 19, or else the first of In-Reply-To.
  std::vector<std::string_view> references() const;

  /// Whether the fields of that name can be asked for; in any case.
  static bool has(std::string_view field);
  /// Whether a field of that name holds `wanted`, which codec::casemap() has been over.
  bool holds(std::string_view field, std::string_view wanted) const;

 private:
  friend std::string make_gist(std::string_view header);
  enum class Line : std::size_t {
    date,
    day,
    reply,
    base_subject,
    first,  // of From, To, Cc
    shown = first + 3,
    id = shown + 3,
    references,
    fields  // one line each of searched_fields
  };

  std::string_view line(Line which, std::size_t behind = 0) const;
  std::string_view value(Line which, std::size_t behind = 0) const;
  std::optional<std::int64_t> number(Line which) const;

  std::string_view text_;
  // The line that was looked at last, and where it begins and ends: they are mostly asked for in their order.
  mutable std::size_t line_ = SIZE_MAX;
  mutable std::size_t begin_ = 0;
  mutable std::size_t end_ = 0;
};

/// Of a message in `mailbox`, from its header where nobody has asked yet; lives in `room` or as long as what
/// Mailbox::known() returns.
base::Result<std::string_view> gist_of(Mailbox& mailbox, std::uint32_t uid, std::string& room);

}  // namespace imap

// By what SORT orders messages (RFC 5256, RFC 5957).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "imap/gist.hpp"
#include "imap/lexer.hpp"

namespace imap {

struct SortKey {
  enum class Kind { arrival, cc, date, from, size, subject, to, display_from, display_to };
  Kind kind = Kind::arrival;
  bool reverse = false;
};

/// `(REVERSE DATE SUBJECT)`, at most 20 keys. One that stands there again decides nothing, and is left out.
base::Result<std::vector<SortKey>> parse_sort_keys(Lexer& in);

/// The subject without what programs put around it (RFC 5256 section 2.1), its ASCII letters in lower case.
struct BaseSubject {
  std::string text;
  bool reply = false;  // something of "Re:", "Fwd:" or "(fwd)" was taken off
};
BaseSubject base_subject(std::string_view field_body);

/// What a message is ordered by; of two that are the same by all keys the one with the smaller number comes
/// first.
struct SortValue {
  std::string text;
  std::int64_t number = 0;
};

/// Of one key; `arrival` and `size` are for the caller to know, and the internal date where there is no Date
/// that can be read: nothing.
std::optional<SortValue> sort_value(SortKey::Kind kind, const Gist& gist);

}  // namespace imap

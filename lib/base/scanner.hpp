// A cursor over text that the parsers share: it never owns the text and never reads past its end.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/ascii.hpp"

namespace base {

class Scanner {
 public:
  constexpr explicit Scanner(std::string_view text) : text_(text) {}

  constexpr bool done() const { return at_ == text_.size(); }
  constexpr std::size_t offset() const { return at_; }
  constexpr std::string_view rest() const { return text_.substr(at_); }

  /// The character under the cursor; '\0' at the end.
  constexpr char peek() const { return done() ? '\0' : text_[at_]; }

  /// The character under the cursor, which moves on; '\0' at the end.
  constexpr char next() { return done() ? '\0' : text_[at_++]; }

  /// Moves past `c` if it is next.
  constexpr bool take(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  /// Moves past `word` if it is next, in the same case.
  constexpr bool take(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  /// Moves past `word` if it is next, in any case.
  bool take_icase(std::string_view word) {
    if (!istarts_with(rest(), word)) return false;
    at_ += word.size();
    return true;
  }

  /// The longest run of characters for which `wanted` holds; may be empty.
  template <class Predicate>
  constexpr std::string_view take_while(Predicate wanted) {
    const std::size_t start = at_;
    while (at_ < text_.size() && wanted(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  constexpr void back_to(std::size_t offset) { at_ = offset < text_.size() ? offset : text_.size(); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace base

#include "codec/qp_checker.hpp"

#include "base/ascii.hpp"
#include "codec/marks.hpp"

namespace codec {

namespace {

constexpr std::size_t line_limit = 76;

constexpr bool is_hex_digit(char c) {
  return base::is_digit(c) || (c >= 'A' && c <= 'F');
}

}  // namespace

bool QpChecker::take(char c) {
  const Seen before = seen_;
  const bool after_return = before == Seen::carriage_return || before == Seen::equals_and_return;
  if (after_return && c != '\n') return fail(before == Seen::carriage_return ? 1 : 2);
  if (c == '\n' || c == '\r') {
    if (before == Seen::blank) return fail(1);
    if (before == Seen::equals_and_digit) return fail(2);
    seen_ = c == '\n'                ? Seen::other
            : before == Seen::equals ? Seen::equals_and_return
                                     : Seen::carriage_return;
    if (c == '\n') column_ = 0;
    return true;
  }
  if (before == Seen::equals && !is_hex_digit(c)) return fail(1);
  if (before == Seen::equals_and_digit && !is_hex_digit(c)) return fail(2);
  if (++column_ > line_limit) return fail(0);
  if (before == Seen::equals) {
    seen_ = Seen::equals_and_digit;
  } else if (before == Seen::equals_and_digit) {
    seen_ = Seen::other;
  } else if (base::is_wsp(c)) {
    seen_ = Seen::blank;
  } else {
    if (base::is_control(c) || base::is_8bit(c)) return fail(0);
    seen_ = c == '=' ? Seen::equals : Seen::other;
  }
  return true;
}

/// Of octets that stand for themselves.
bool QpChecker::take_literals(std::string_view text) {
  if (text.size() > line_limit - column_) {
    offset_ += line_limit - column_;
    return fail(0);
  }
  column_ += text.size();
  offset_ += text.size();
  if (!text.empty()) seen_ = base::is_wsp(text.back()) ? Seen::blank : Seen::other;
  return true;
}

std::optional<std::uint64_t> QpChecker::update(std::string_view chunk) {
  Marks marks(chunk, kernels_->mark);
  for (std::size_t at = 0; at < chunk.size();) {
    if (seen_ == Seen::other || seen_ == Seen::blank) {
      const auto next = marks.next(at);
      if (!take_literals(chunk.substr(at, next - at))) return bad_;
      at = next;
      if (at == chunk.size()) break;
    }
    if (!take(chunk[at++])) return bad_;
    ++offset_;
  }
  return std::nullopt;
}

/// The text must not end within something, nor with a soft break.
std::optional<std::uint64_t> QpChecker::finish() {
  const bool one = seen_ == Seen::equals || seen_ == Seen::carriage_return || seen_ == Seen::blank;
  const bool two = seen_ == Seen::equals_and_digit || seen_ == Seen::equals_and_return;
  if (!one && !two) return std::nullopt;
  return offset_ - (one ? 1 : 2);
}

}  // namespace codec

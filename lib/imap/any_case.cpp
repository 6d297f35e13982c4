#include "imap/any_case.hpp"

#include <string.h>

#include <bit>
#include <string>

#include "base/ascii.hpp"

#ifdef __x86_64__
#include <emmintrin.h>
#endif

namespace imap {

namespace {

bool is_same(std::string_view text, std::string_view wanted) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (base::to_lower(text[i]) != wanted[i]) return false;
  }
  return true;
}

/// memmem is linear for all needles.
bool holds_folded(std::string_view text, std::string_view wanted) {
  const auto folded = base::lower(text);
  return memmem(folded.data(), folded.size(), wanted.data(), wanted.size()) != nullptr;
}

#ifdef __x86_64__
/// Octets that are equal to a letter in either case, or to anything else as it is.
class Octet {
 public:
  explicit Octet(char c)
      : value_(_mm_set1_epi8(c)), case_(_mm_set1_epi8(base::is_lower(c) ? '\x20' : '\0')) {}
  __m128i in(const char* at) const {
    const auto octets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    return _mm_cmpeq_epi8(_mm_or_si128(octets, case_), value_);
  }

 private:
  __m128i value_;
  __m128i case_;
};

/// True: found. `at`: up to where it is not, which is before the end where looking closer took too long.
bool find_blocks(std::string_view text, std::string_view wanted, std::size_t& at) {
  const Octet first(wanted.front());
  const Octet last(wanted.back());
  std::size_t work = 0;
  for (; at + 15 + wanted.size() <= text.size() && work <= text.size(); at += 16) {
    const char* here = text.data() + at;
    auto found = static_cast<unsigned>(
        _mm_movemask_epi8(_mm_and_si128(first.in(here), last.in(here + wanted.size() - 1))));
    for (; found != 0; found &= found - 1) {
      if (is_same(text.substr(at + static_cast<unsigned>(std::countr_zero(found))), wanted)) return true;
      work += wanted.size();
    }
  }
  return false;
}
#else
bool find_blocks(std::string_view, std::string_view, std::size_t&) {
  return false;
}
#endif

}  // namespace

bool holds_in_any_case(std::string_view text, std::string_view wanted) {
  if (wanted.empty()) return true;
  if (wanted.size() > text.size()) return false;
  std::size_t at = 0;
  return find_blocks(text, wanted, at) || holds_folded(text.substr(at), wanted);
}

}  // namespace imap

#include "mime/line_scan.hpp"

#include <algorithm>
#include <bit>

#ifdef __x86_64__
#include <emmintrin.h>
#endif

namespace mime {

namespace {

/// One octet at a time from `at` on.
DashLine scan_plainly(std::string_view text, DashLine seen) {
  for (; seen.at < text.size(); ++seen.at) {
    if (text[seen.at] != '\n') continue;
    ++seen.lines;
    if (text.substr(seen.at + 1).starts_with("--")) {
      ++seen.at;
      return seen;
    }
  }
  return seen;
}

#ifdef __x86_64__
__m128i load(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

unsigned mask(__m128i value) {
  return static_cast<unsigned>(_mm_movemask_epi8(value));
}

/// Sixteen octets at a time while the two behind them can be seen too.
DashLine scan_blocks(std::string_view text, DashLine seen) {
  const auto newline = _mm_set1_epi8('\n');
  const auto dash = _mm_set1_epi8('-');
  while (seen.at + 18 <= text.size()) {
    // Counters of one octet each, emptied before they can overflow.
    const std::size_t blocks = std::min<std::size_t>(255, (text.size() - 2 - seen.at) / 16);
    auto counters = _mm_setzero_si128();
    unsigned found = 0;
    for (std::size_t i = 0; i < blocks && found == 0; ++i) {
      const char* at = text.data() + seen.at;
      const auto ends = _mm_cmpeq_epi8(load(at), newline);
      const auto dashes =
          _mm_and_si128(_mm_cmpeq_epi8(load(at + 1), dash), _mm_cmpeq_epi8(load(at + 2), dash));
      found = mask(_mm_and_si128(ends, dashes));
      if (found == 0) {
        counters = _mm_sub_epi8(counters, ends);
        seen.at += 16;
      }
    }
    const auto sums = _mm_sad_epu8(counters, _mm_setzero_si128());
    seen.lines += static_cast<std::size_t>(_mm_cvtsi128_si64(sums)) +
                  static_cast<std::size_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
    if (found == 0) continue;
    const auto bit = static_cast<unsigned>(std::countr_zero(found));
    const auto ends = mask(_mm_cmpeq_epi8(load(text.data() + seen.at), newline));
    seen.lines += static_cast<std::size_t>(std::popcount(ends & ((2U << bit) - 1)));
    seen.at += bit + 1;
    return seen;
  }
  return seen;
}
#else
DashLine scan_blocks(std::string_view, DashLine seen) {
  return seen;
}
#endif

}  // namespace

DashLine next_dash_line(std::string_view text, std::size_t from) {
  if (text.substr(std::min(from, text.size())).starts_with("--")) return {from, 0};
  const auto seen = scan_blocks(text, {from, 0});
  const bool found = seen.at > from && text[seen.at - 1] == '\n' && text.substr(seen.at).starts_with("--");
  return found ? seen : scan_plainly(text, seen);
}

}  // namespace mime

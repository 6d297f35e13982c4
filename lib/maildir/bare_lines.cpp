#include "maildir/bare_lines.hpp"

#include <algorithm>

#ifdef __x86_64__
#include <emmintrin.h>
#endif

namespace maildir {

namespace {

#ifdef __x86_64__
__m128i load(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

/// From `at` on, which is not 0, sixteen octets at a time.
std::size_t count_blocks(std::string_view text, std::size_t& at) {
  const auto lf = _mm_set1_epi8('\n');
  const auto cr = _mm_set1_epi8('\r');
  auto sums = _mm_setzero_si128();
  while (at + 16 <= text.size()) {
    // Counters of one octet each, emptied before they can overflow.
    auto counters = _mm_setzero_si128();
    for (std::size_t i = std::min<std::size_t>(255, (text.size() - at) / 16); i > 0; --i, at += 16) {
      const char* here = text.data() + at;
      const auto ends = _mm_cmpeq_epi8(load(here), lf);
      counters = _mm_sub_epi8(counters, _mm_andnot_si128(_mm_cmpeq_epi8(load(here - 1), cr), ends));
    }
    sums = _mm_add_epi64(sums, _mm_sad_epu8(counters, _mm_setzero_si128()));
  }
  return static_cast<std::size_t>(_mm_cvtsi128_si64(sums)) +
         static_cast<std::size_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
}
#else
std::size_t count_blocks(std::string_view, std::size_t&) {
  return 0;
}
#endif

}  // namespace

std::size_t count_bare(std::string_view text, char before) {
  if (text.empty()) return 0;
  std::size_t out = text.front() == '\n' && before != '\r' ? 1 : 0;
  std::size_t at = 1;
  out += count_blocks(text, at);
  for (; at < text.size(); ++at) out += text[at] == '\n' && text[at - 1] != '\r' ? 1 : 0;
  return out;
}

}  // namespace maildir

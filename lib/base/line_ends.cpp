#include "base/line_ends.hpp"

#include <algorithm>

#ifdef __x86_64__
#include <emmintrin.h>
#endif

namespace base {

namespace {

#ifdef __x86_64__
__m128i load(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

/// Where the first of the blocks from `at` on that has a line end begins, or behind the last whole one.
void skip_blocks(std::string_view text, std::size_t& at) {
  const auto lf = _mm_set1_epi8('\n');
  const auto cr = _mm_set1_epi8('\r');
  for (; at + 16 <= text.size(); at += 16) {
    const auto block = load(text.data() + at);
    if (_mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(block, lf), _mm_cmpeq_epi8(block, cr))) != 0) return;
  }
}

/// What `matches` marks of each block from `at` on; `at` ends behind the last whole one.
template <typename Matches>
std::size_t count_blocks(std::string_view text, std::size_t& at, Matches matches) {
  auto sums = _mm_setzero_si128();
  while (at + 16 <= text.size()) {
    // Counters of one octet each, emptied before they can overflow.
    auto counters = _mm_setzero_si128();
    for (std::size_t i = std::min<std::size_t>(255, (text.size() - at) / 16); i > 0; --i, at += 16)
      counters = _mm_sub_epi8(counters, matches(text.data() + at));
    sums = _mm_add_epi64(sums, _mm_sad_epu8(counters, _mm_setzero_si128()));
  }
  return static_cast<std::size_t>(_mm_cvtsi128_si64(sums)) +
         static_cast<std::size_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
}

std::size_t count_feeds(std::string_view text, std::size_t& at) {
  const auto lf = _mm_set1_epi8('\n');
  return count_blocks(text, at, [&](const char* here) { return _mm_cmpeq_epi8(load(here), lf); });
}

/// `at` is not 0.
std::size_t count_bare_feeds(std::string_view text, std::size_t& at) {
  const auto lf = _mm_set1_epi8('\n');
  const auto cr = _mm_set1_epi8('\r');
  return count_blocks(text, at, [&](const char* here) {
    return _mm_andnot_si128(_mm_cmpeq_epi8(load(here - 1), cr), _mm_cmpeq_epi8(load(here), lf));
  });
}
#else
void skip_blocks(std::string_view, std::size_t&) {}

std::size_t count_feeds(std::string_view, std::size_t&) {
  return 0;
}

std::size_t count_bare_feeds(std::string_view, std::size_t&) {
  return 0;
}
#endif

}  // namespace

std::size_t find_line_end(std::string_view text) {
  std::size_t at = 0;
  skip_blocks(text, at);
  while (at < text.size() && text[at] != '\r' && text[at] != '\n') ++at;
  return at;
}

std::size_t count_line_feeds(std::string_view text) {
  std::size_t at = 0;
  std::size_t out = count_feeds(text, at);
  for (; at < text.size(); ++at) out += text[at] == '\n' ? 1 : 0;
  return out;
}

std::size_t count_bare(std::string_view text, char before) {
  if (text.empty()) return 0;
  std::size_t out = text.front() == '\n' && before != '\r' ? 1 : 0;
  std::size_t at = 1;
  out += count_bare_feeds(text, at);
  for (; at < text.size(); ++at) out += text[at] == '\n' && text[at - 1] != '\r' ? 1 : 0;
  return out;
}

}  // namespace base

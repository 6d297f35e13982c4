#include "codec/scan_kernels.hpp"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace codec {

namespace {

constexpr std::size_t word = 64;  // octets that one word of marks stands for

constexpr bool is_literal(char c) {
  return c == '\t' || (c >= ' ' && c <= '~' && c != '=');
}

constexpr bool is_sign(char c) {
  return c == '=' || c == '\n';
}

template <class Is>
void mark_each(const char* in, std::size_t length, std::uint64_t* marks, Is is) {
  for (std::size_t at = 0; at < length; at += word) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < std::min(length - at, word); ++i) out |= std::uint64_t{is(in[at + i])} << i;
    *marks++ = out;
  }
}

void mark_plain(const char* in, std::size_t length, std::uint64_t* marks) {
  mark_each(in, length, marks, [](char c) { return !is_literal(c); });
}

void mark_signs_plain(const char* in, std::size_t length, std::uint64_t* marks) {
  mark_each(in, length, marks, is_sign);
}

#if defined(__x86_64__)

// Octets from 128 on are negative, and so not above a blank's predecessor.

std::uint64_t bits(__m128i octets) {
  return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(octets)));
}

std::uint64_t literals_16(const char* in) {
  const auto text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
  const auto wrong =
      _mm_or_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8('=')), _mm_cmpeq_epi8(text, _mm_set1_epi8(127)));
  const auto right =
      _mm_or_si128(_mm_cmpgt_epi8(text, _mm_set1_epi8(31)), _mm_cmpeq_epi8(text, _mm_set1_epi8('\t')));
  return bits(_mm_andnot_si128(wrong, right));
}

void mark_sse2(const char* in, std::size_t length, std::uint64_t* marks) {
  for (; length >= word; length -= word, in += word)
    *marks++ = ~(literals_16(in) | literals_16(in + 16) << 16 | literals_16(in + 32) << 32 |
                 literals_16(in + 48) << 48);
  mark_plain(in, length, marks);
}

std::uint64_t signs_16(const char* in) {
  const auto text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
  return bits(
      _mm_or_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8('=')), _mm_cmpeq_epi8(text, _mm_set1_epi8('\n'))));
}

void mark_signs_sse2(const char* in, std::size_t length, std::uint64_t* marks) {
  for (; length >= word; length -= word, in += word)
    *marks++ = signs_16(in) | signs_16(in + 16) << 16 | signs_16(in + 32) << 32 | signs_16(in + 48) << 48;
  mark_signs_plain(in, length, marks);
}

[[gnu::target("avx2"), gnu::always_inline]] inline std::uint64_t literals_32(const char* in) {
  const auto text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in));
  const auto wrong = _mm256_or_si256(_mm256_cmpeq_epi8(text, _mm256_set1_epi8('=')),
                                     _mm256_cmpeq_epi8(text, _mm256_set1_epi8(127)));
  const auto right = _mm256_or_si256(_mm256_cmpgt_epi8(text, _mm256_set1_epi8(31)),
                                     _mm256_cmpeq_epi8(text, _mm256_set1_epi8('\t')));
  return static_cast<unsigned>(_mm256_movemask_epi8(_mm256_andnot_si256(wrong, right)));
}

[[gnu::target("avx2")]] void mark_avx2(const char* in, std::size_t length, std::uint64_t* marks) {
  for (; length >= word; length -= word, in += word)
    *marks++ = ~(literals_32(in) | literals_32(in + 32) << 32);
  mark_plain(in, length, marks);
}

[[gnu::target("avx2"), gnu::always_inline]] inline std::uint64_t signs_32(const char* in) {
  const auto text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in));
  return static_cast<unsigned>(_mm256_movemask_epi8(_mm256_or_si256(
      _mm256_cmpeq_epi8(text, _mm256_set1_epi8('=')), _mm256_cmpeq_epi8(text, _mm256_set1_epi8('\n')))));
}

[[gnu::target("avx2")]] void mark_signs_avx2(const char* in, std::size_t length, std::uint64_t* marks) {
  for (; length >= word; length -= word, in += word) *marks++ = signs_32(in) | signs_32(in + 32) << 32;
  mark_signs_plain(in, length, marks);
}

[[gnu::target("avx512f,avx512bw")]] void mark_signs_avx512(const char* in, std::size_t length,
                                                           std::uint64_t* marks) {
  for (; length >= word; length -= word, in += word) {
    const auto text = _mm512_loadu_si512(in);
    *marks++ = static_cast<std::uint64_t>(_mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('=')) |
                                          _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('\n')));
  }
  mark_signs_plain(in, length, marks);
}

[[gnu::target("avx512f,avx512bw")]] void mark_avx512(const char* in, std::size_t length,
                                                     std::uint64_t* marks) {
  for (; length >= word; length -= word, in += word) {
    const auto text = _mm512_loadu_si512(in);
    const auto right = (_mm512_cmpgt_epi8_mask(text, _mm512_set1_epi8(31)) |
                        _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('\t'))) &
                       _mm512_cmpneq_epi8_mask(text, _mm512_set1_epi8('=')) &
                       _mm512_cmpneq_epi8_mask(text, _mm512_set1_epi8(127));
    *marks++ = ~static_cast<std::uint64_t>(right);
  }
  mark_plain(in, length, marks);
}

constexpr ScanKernels all[] = {{"avx512", mark_avx512, mark_signs_avx512},
                               {"avx2", mark_avx2, mark_signs_avx2},
                               {"sse2", mark_sse2, mark_signs_sse2},
                               {"plain", mark_plain, mark_signs_plain}};

std::span<const ScanKernels> choose() {
  __builtin_cpu_init();
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
  return std::span(all).subspan(avx512 ? 0 : __builtin_cpu_supports("avx2") ? 1 : 2);
}

#else

constexpr ScanKernels all[] = {{"plain", mark_plain, mark_signs_plain}};
std::span<const ScanKernels> choose() {
  return all;
}

#endif

}  // namespace

std::span<const ScanKernels> scan_kernels() {
  static const auto chosen = choose();
  return chosen;
}

}  // namespace codec

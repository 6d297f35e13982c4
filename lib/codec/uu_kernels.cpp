#include "codec/uu_kernels.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace codec {

namespace {

using Pair = std::array<char, 2>;

constexpr char digit_of(std::size_t value) {
  return static_cast<char>(value == 0 ? '`' : ' ' + value);
}

/// Two characters for every 12 bits: half the look-ups of a table of single characters.
constexpr auto make_pairs() {
  std::array<Pair, 4096> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = {digit_of(i >> 6), digit_of(i & 63)};
  return out;
}
constexpr auto pairs = make_pairs();

std::uint32_t octet(const char* in) {
  return static_cast<unsigned char>(*in);
}

/// How many digits the line announces; 0 for one that is not complete or ends too near the end.
std::size_t digits_of_line(const char* in, std::size_t length) {
  if (length < 2 + UuKernels::slack) return 0;
  const std::uint32_t octets = octet(in) - ' ';
  if (octets == 0 || octets > 63) return 0;
  const std::size_t digits = (octets + 2) / 3 * 4;
  return length < 1 + digits + 2 + UuKernels::slack ? 0 : digits;
}

/// Length of the line end, 0 if there is none.
std::size_t line_end(const char* in) {
  return in[0] == '\n' ? 1 : in[0] == '\r' && in[1] == '\n' ? 2 : 0;
}

// ---- plain C++

std::size_t encode_plain(const char* in, std::size_t length, std::size_t groups, std::string_view end,
                         char* out) {
  const std::size_t lines = length / (3 * groups);
  for (std::size_t line = 0; line < lines; ++line) {
    *out++ = digit_of(3 * groups);
    for (std::size_t i = 0; i < groups; ++i, in += 3, out += 4) {
      const std::uint32_t bits = octet(in) << 16 | octet(in + 1) << 8 | octet(in + 2);
      std::memcpy(out, pairs[bits >> 12].data(), 2);
      std::memcpy(out + 2, pairs[bits & 4095].data(), 2);
    }
    out += end.copy(out, end.size());
  }
  return lines;
}

bool decode_digits(const char* in, std::size_t digits, char* out) {
  std::uint32_t wrong = 0;
  for (std::size_t i = 0; i < digits; i += 4, out += 3) {
    std::uint32_t bits = 0;
    for (std::size_t place = 0; place < 4; ++place) {
      const std::uint32_t value = octet(in + i + place) - ' ';
      wrong |= value > 64 ? 1U : 0U;
      bits = bits << 6 | (value & 63);
    }
    out[0] = static_cast<char>(bits >> 16);
    out[1] = static_cast<char>(bits >> 8 & 255);
    out[2] = static_cast<char>(bits & 255);
  }
  return wrong == 0;
}

UuKernels::Decoded decode_plain(const char* in, std::size_t length, char* out) {
  std::size_t used = 0;
  while (const std::size_t digits = digits_of_line(in + used, length - used)) {
    const std::size_t end = line_end(in + used + 1 + digits);
    if (end == 0 || !decode_digits(in + used + 1, digits, out)) break;
    out += octet(in + used) - ' ';
    used += 1 + digits + end;
  }
  return {used, out};
}

#if defined(__x86_64__)

// ---- AVX2: 24 octets are 32 characters

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i encode_32(const char* in) {
  const auto first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
  const auto second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + 12));
  // Each group's octets as b a c b, then its four sextets apart by multiplication.
  const auto order =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
  const auto text = _mm256_shuffle_epi8(_mm256_set_m128i(second, first), order);
  const auto odd = _mm256_mulhi_epu16(_mm256_and_si256(text, _mm256_set1_epi32(0x0fc0fc00)),
                                      _mm256_set1_epi32(0x04000040));
  const auto even = _mm256_mullo_epi16(_mm256_and_si256(text, _mm256_set1_epi32(0x003f03f0)),
                                       _mm256_set1_epi32(0x01000010));
  const auto sextets = _mm256_or_si256(odd, even);
  const auto zeros = _mm256_cmpeq_epi8(sextets, _mm256_setzero_si256());
  // A blank's place is taken by '`'.
  return _mm256_add_epi8(_mm256_add_epi8(sextets, _mm256_set1_epi8(' ')),
                         _mm256_and_si256(zeros, _mm256_set1_epi8('`' - ' ')));
}

[[gnu::target("avx2")]] std::size_t encode_avx2(const char* in, std::size_t length, std::size_t groups,
                                                std::string_view end, char* out) {
  const std::size_t octets = 3 * groups;
  const char both[2] = {end.front(), end.back()};
  std::size_t lines = 0;
  // The last block of a line may read into the next one and write behind its own, which is then overwritten.
  for (std::size_t left = length; left >= octets + 28; left -= octets, in += octets, ++lines) {
    *out++ = digit_of(octets);
    for (std::size_t at = 0; at < octets; at += 24)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + at / 3 * 4), encode_32(in + at));
    out += 4 * groups;
    std::memcpy(out, both, 2);
    out += end.size();
  }
  return lines;
}

[[gnu::target("avx2"), gnu::always_inline]] inline bool decode_digits_avx2(const char* in, std::size_t digits,
                                                                           char* out) {
  const auto order =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
  for (std::size_t at = 0; at < digits; at += 32, out += 24) {
    const auto text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + at));
    const auto values = _mm256_sub_epi8(text, _mm256_set1_epi8(' '));
    const auto good = _mm256_cmpeq_epi8(values, _mm256_min_epu8(values, _mm256_set1_epi8(64)));
    // What is behind the line's digits may be anything.
    const std::uint32_t theirs = digits - at < 32 ? (1U << (digits - at)) - 1 : ~0U;
    if ((~static_cast<std::uint32_t>(_mm256_movemask_epi8(good)) & theirs) != 0) return false;
    const auto sextets = _mm256_and_si256(values, _mm256_set1_epi8(63));
    const auto twelves = _mm256_maddubs_epi16(sextets, _mm256_set1_epi32(0x01400140));
    const auto groups = _mm256_shuffle_epi8(_mm256_madd_epi16(twelves, _mm256_set1_epi32(0x00011000)), order);
    const auto octets = _mm256_permutevar8x32_epi32(groups, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 7, 7));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), octets);
  }
  return true;
}

[[gnu::target("avx2")]] UuKernels::Decoded decode_avx2(const char* in, std::size_t length, char* out) {
  std::size_t used = 0;
  while (const std::size_t digits = digits_of_line(in + used, length - used)) {
    const std::size_t end = line_end(in + used + 1 + digits);
    if (end == 0 || !decode_digits_avx2(in + used + 1, digits, out)) break;
    out += octet(in + used) - ' ';
    used += 1 + digits + end;
  }
  return {used, out};
}

constexpr UuKernels all[] = {{"avx2", encode_avx2, decode_avx2}, {"plain", encode_plain, decode_plain}};

std::span<const UuKernels> choose() {
  __builtin_cpu_init();
  return std::span(all).subspan(__builtin_cpu_supports("avx2") ? 0 : 1);
}

#else

constexpr UuKernels all[] = {{"plain", encode_plain, decode_plain}};
std::span<const UuKernels> choose() {
  return all;
}

#endif

}  // namespace

std::span<const UuKernels> uu_kernels() {
  static const auto chosen = choose();
  return chosen;
}

}  // namespace codec

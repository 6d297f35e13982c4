#include "codec/base64_kernels.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__x86_64__)
// g++ 12 takes the "undefined" operand inside its own AVX-512 header for a mistake of ours.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#endif

namespace codec {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

using Pair = std::array<char, 2>;

/// Two characters for every 12 bits: half the look-ups of a table of single characters.
constexpr auto make_pairs() {
  std::array<Pair, 4096> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = {alphabet[i >> 6], alphabet[i & 63]};
  return out;
}
constexpr auto pairs = make_pairs();

constexpr std::uint32_t no_digit = 0x80000000;

/// Value of the character at each of the four places of a group, already shifted; no_digit for all others.
constexpr auto make_values() {
  std::array<std::array<std::uint32_t, 256>, 4> out{};
  for (auto& place : out) place.fill(no_digit);
  for (std::uint32_t i = 0; i < alphabet.size(); ++i) {
    for (unsigned place = 0; place < 4; ++place) {
      out[place][static_cast<unsigned char>(alphabet[i])] = i << (18 - 6 * place);
    }
  }
  return out;
}
constexpr auto values = make_values();

std::uint32_t octet(const char* in) {
  return static_cast<unsigned char>(*in);
}

/// Always two characters, of which the second may be overwritten.
char* end_line(char* out, LineEnd end) {
  std::memcpy(out, end.text, 2);
  return out + end.size;
}

void encode_group(const char* in, char* out) {
  const std::uint32_t bits = octet(in) << 16 | octet(in + 1) << 8 | octet(in + 2);
  std::memcpy(out, pairs[bits >> 12].data(), 2);
  std::memcpy(out + 2, pairs[bits & 4095].data(), 2);
}

/// 24 bits or no_digit.
std::uint32_t group_value(const char* in) {
  return values[0][octet(in)] | values[1][octet(in + 1)] | values[2][octet(in + 2)] |
         values[3][octet(in + 3)];
}

/// The highest octet comes first in memory.
std::uint64_t big_endian(std::uint64_t value) {
  return std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
}

// ---- plain C++

std::size_t encode_plain(const char* in, std::size_t length, char* out) {
  std::size_t used = 0;
  for (; length - used >= 3; used += 3, out += 4) encode_group(in + used, out);
  return used;
}

std::size_t encode_lines_plain(const char* in, std::size_t length, std::size_t groups, LineEnd end,
                               char* out) {
  const std::size_t lines = length / (3 * groups);
  for (std::size_t line = 0; line < lines; ++line) {
    in += encode_plain(in, 3 * groups, out);
    out = end_line(out + 4 * groups, end);
  }
  return lines;
}

std::size_t decode_plain(const char* in, std::size_t length, char* out) {
  std::size_t used = 0;
  for (; length - used >= 8; used += 8, out += 6) {
    const std::uint32_t first = group_value(in + used);
    const std::uint32_t second = group_value(in + used + 4);
    if (((first | second) & no_digit) != 0) break;
    const std::uint64_t both = big_endian((std::uint64_t{first} << 24 | second) << 16);
    std::memcpy(out, &both, sizeof both);
  }
  return used;
}

std::size_t pack_plain(const char* in, std::size_t length, char* out) {
  char* at = out;
  for (const char* const end = in + length; in != end;) {
    const auto* const found =
        static_cast<const char*>(std::memchr(in, '\n', static_cast<std::size_t>(end - in)));
    const char* stop = found == nullptr ? end : found;
    const char* const next = found == nullptr ? end : found + 1;
    // A CR anywhere else is rare, and goes one by one.
    if (stop != in && stop[-1] == '\r') --stop;
    if (std::memchr(in, '\r', static_cast<std::size_t>(stop - in)) == nullptr) {
      std::memcpy(at, in, static_cast<std::size_t>(stop - in));
      at += stop - in;
    } else {
      for (; in != stop; ++in) {
        if (*in != '\r') *at++ = *in;
      }
    }
    in = next;
  }
  return static_cast<std::size_t>(at - out);
}

#if defined(__x86_64__)

// ---- SSSE3: 12 octets are 16 characters

[[gnu::target("ssse3"), gnu::always_inline]] inline __m128i encode_16(__m128i in) {
  // Each group's octets as b a c b, then its four sextets apart by multiplication.
  in = _mm_shuffle_epi8(in, _mm_set_epi8(10, 11, 9, 10, 7, 8, 6, 7, 4, 5, 3, 4, 1, 2, 0, 1));
  const auto odd = _mm_mulhi_epu16(_mm_and_si128(in, _mm_set1_epi32(0x0fc0fc00)), _mm_set1_epi32(0x04000040));
  const auto even =
      _mm_mullo_epi16(_mm_and_si128(in, _mm_set1_epi32(0x003f03f0)), _mm_set1_epi32(0x01000010));
  const auto sextets = _mm_or_si128(odd, even);
  // What to add to a sextet to get its character: by range.
  auto range = _mm_subs_epu8(sextets, _mm_set1_epi8(51));
  range = _mm_sub_epi8(range, _mm_cmpgt_epi8(sextets, _mm_set1_epi8(25)));
  const auto shifts = _mm_setr_epi8(65, 71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 0, 0);
  return _mm_add_epi8(sextets, _mm_shuffle_epi8(shifts, range));
}

[[gnu::target("ssse3")]] std::size_t encode_ssse3(const char* in, std::size_t length, char* out) {
  std::size_t used = 0;
  for (; length - used >= 16; used += 12, out += 16) {
    const auto block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + used));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), encode_16(block));
  }
  return used;
}

[[gnu::target("ssse3")]] std::size_t encode_lines_ssse3(const char* in, std::size_t length,
                                                        std::size_t groups, LineEnd end, char* out) {
  const std::size_t octets = 3 * groups;
  std::size_t lines = 0;
  // The last block of a line may read into the next one and write behind its own, which is then overwritten.
  for (std::size_t left = length; left >= octets + 16; left -= octets, in += octets, ++lines) {
    for (std::size_t at = 0; at < octets; at += 12) {
      const auto block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + at));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + at / 3 * 4), encode_16(block));
    }
    out = end_line(out + 4 * groups, end);
  }
  return lines;
}

/// The sextets of 16 characters; false for `good` if one is no digit.
[[gnu::target("ssse3"), gnu::always_inline]] inline __m128i decode_16(__m128i in, bool& good) {
  const auto low = _mm_and_si128(in, _mm_set1_epi8(15));
  const auto high = _mm_and_si128(_mm_srli_epi32(in, 4), _mm_set1_epi8(15));
  // Which high halves go with a low half, as bits; digits are those with no bit in common.
  const auto by_low = _mm_shuffle_epi8(_mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                                     0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A),
                                       low);
  const auto by_high = _mm_shuffle_epi8(_mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10,
                                                      0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10),
                                        high);
  good = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_and_si128(by_low, by_high), _mm_setzero_si128())) == 0xffff;
  const auto slash = _mm_cmpeq_epi8(in, _mm_set1_epi8('/'));
  const auto shifts = _mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
  return _mm_add_epi8(in, _mm_shuffle_epi8(shifts, _mm_add_epi8(slash, high)));
}

[[gnu::target("ssse3")]] std::size_t decode_ssse3(const char* in, std::size_t length, char* out) {
  std::size_t used = 0;
  for (; length - used >= 16; used += 16, out += 12) {
    bool good = false;
    const auto sextets = decode_16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(in + used)), good);
    if (!good) break;
    const auto twelves = _mm_maddubs_epi16(sextets, _mm_set1_epi32(0x01400140));
    const auto groups = _mm_madd_epi16(twelves, _mm_set1_epi32(0x00011000));
    const auto octets =
        _mm_shuffle_epi8(groups, _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), octets);
  }
  return used;
}

// ---- AVX2: the same in both halves

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i load_24(const char* in) {
  const auto first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
  const auto second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + 12));
  return _mm256_set_m128i(second, first);
}

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i encode_32(__m256i in) {
  in = _mm256_shuffle_epi8(in, _mm256_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10, 1, 0, 2, 1,
                                                4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
  const auto odd =
      _mm256_mulhi_epu16(_mm256_and_si256(in, _mm256_set1_epi32(0x0fc0fc00)), _mm256_set1_epi32(0x04000040));
  const auto even =
      _mm256_mullo_epi16(_mm256_and_si256(in, _mm256_set1_epi32(0x003f03f0)), _mm256_set1_epi32(0x01000010));
  const auto sextets = _mm256_or_si256(odd, even);
  auto range = _mm256_subs_epu8(sextets, _mm256_set1_epi8(51));
  range = _mm256_sub_epi8(range, _mm256_cmpgt_epi8(sextets, _mm256_set1_epi8(25)));
  const auto shifts = _mm256_setr_epi8(65, 71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 0, 0, 65, 71,
                                       -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 0, 0);
  return _mm256_add_epi8(sextets, _mm256_shuffle_epi8(shifts, range));
}

[[gnu::target("avx2")]] std::size_t encode_avx2(const char* in, std::size_t length, char* out) {
  std::size_t used = 0;
  for (; length - used >= 28; used += 24, out += 32)
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), encode_32(load_24(in + used)));
  return used;
}

[[gnu::target("avx2")]] std::size_t encode_lines_avx2(const char* in, std::size_t length, std::size_t groups,
                                                      LineEnd end, char* out) {
  const std::size_t octets = 3 * groups;
  std::size_t lines = 0;
  for (std::size_t left = length; left >= octets + 28; left -= octets, in += octets, ++lines) {
    for (std::size_t at = 0; at < octets; at += 24)
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + at / 3 * 4), encode_32(load_24(in + at)));
    out = end_line(out + 4 * groups, end);
  }
  return lines;
}

[[gnu::target("avx2")]] std::size_t decode_avx2(const char* in, std::size_t length, char* out) {
  const auto low_table = _mm256_broadcastsi128_si256(_mm_setr_epi8(
      0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A));
  const auto high_table = _mm256_broadcastsi128_si256(_mm_setr_epi8(
      0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10));
  const auto shifts =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0));
  const auto order =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
  std::size_t used = 0;
  for (; length - used >= 32; used += 32, out += 24) {
    const auto text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + used));
    const auto high = _mm256_and_si256(_mm256_srli_epi32(text, 4), _mm256_set1_epi8(15));
    const auto by_low = _mm256_shuffle_epi8(low_table, _mm256_and_si256(text, _mm256_set1_epi8(15)));
    if (!_mm256_testz_si256(by_low, _mm256_shuffle_epi8(high_table, high))) break;
    const auto slash = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('/'));
    const auto sextets = _mm256_add_epi8(text, _mm256_shuffle_epi8(shifts, _mm256_add_epi8(slash, high)));
    const auto twelves = _mm256_maddubs_epi16(sextets, _mm256_set1_epi32(0x01400140));
    const auto groups = _mm256_shuffle_epi8(_mm256_madd_epi16(twelves, _mm256_set1_epi32(0x00011000)), order);
    const auto octets = _mm256_permutevar8x32_epi32(groups, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 7, 7));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), octets);
  }
  return used;
}

// ---- AVX-512 with VBMI: 48 octets are 64 characters

constexpr auto make_encode_order() {
  std::array<char, 64> out{};
  for (std::size_t group = 0; group < 16; ++group) {
    const auto first = static_cast<char>(3 * group);
    out[4 * group] = static_cast<char>(first + 1);
    out[4 * group + 1] = first;
    out[4 * group + 2] = static_cast<char>(first + 2);
    out[4 * group + 3] = static_cast<char>(first + 1);
  }
  return out;
}
alignas(64) constexpr auto encode_order = make_encode_order();

constexpr auto make_decode_order() {
  std::array<char, 64> out{};
  for (std::size_t i = 0; i < 48; ++i) out[i] = static_cast<char>(i / 3 * 4 + 2 - i % 3);
  return out;
}
alignas(64) constexpr auto decode_order = make_decode_order();

/// The sextet of each of the first 128 characters; 128 for those that are no digits.
constexpr auto make_sextets() {
  std::array<char, 128> out{};
  for (auto& one : out) one = static_cast<char>(-128);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<char>(i);
  return out;
}
alignas(64) constexpr auto sextet_table = make_sextets();

#define TUBEPOST_AVX512 gnu::target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2")

[[TUBEPOST_AVX512, gnu::always_inline]] inline __m512i encode_64(__m512i in, __m512i order, __m512i table) {
  // Where in each half of eight octets a sextet starts; the look-up takes its lowest six bits.
  const auto shifts = _mm512_set1_epi64(0x3036242a1016040a);
  return _mm512_permutexvar_epi8(_mm512_multishift_epi64_epi8(shifts, _mm512_permutexvar_epi8(order, in)),
                                 table);
}

[[TUBEPOST_AVX512]] std::size_t encode_avx512(const char* in, std::size_t length, char* out) {
  const auto order = _mm512_load_si512(encode_order.data());
  const auto table = _mm512_loadu_si512(alphabet.data());
  std::size_t used = 0;
  for (; length - used >= 64; used += 48, out += 64)
    _mm512_storeu_si512(out, encode_64(_mm512_loadu_si512(in + used), order, table));
  return used;
}

[[TUBEPOST_AVX512]] std::size_t encode_lines_avx512(const char* in, std::size_t length, std::size_t groups,
                                                    LineEnd end, char* out) {
  const auto order = _mm512_load_si512(encode_order.data());
  const auto table = _mm512_loadu_si512(alphabet.data());
  const std::size_t octets = 3 * groups;
  std::size_t lines = 0;
  for (std::size_t left = length; left >= octets + 64; left -= octets, in += octets, ++lines) {
    for (std::size_t at = 0; at < octets; at += 48)
      _mm512_storeu_si512(out + at / 3 * 4, encode_64(_mm512_loadu_si512(in + at), order, table));
    out = end_line(out + 4 * groups, end);
  }
  return lines;
}

[[TUBEPOST_AVX512]] std::size_t decode_avx512(const char* in, std::size_t length, char* out) {
  const auto low = _mm512_load_si512(sextet_table.data());
  const auto high = _mm512_load_si512(sextet_table.data() + 64);
  const auto order = _mm512_load_si512(decode_order.data());
  std::size_t used = 0;
  for (; length - used >= 64; used += 64, out += 48) {
    const auto text = _mm512_loadu_si512(in + used);
    const auto sextets = _mm512_permutex2var_epi8(low, text, high);
    if (_mm512_movepi8_mask(_mm512_or_si512(sextets, text)) != 0) break;
    const auto twelves = _mm512_maddubs_epi16(sextets, _mm512_set1_epi32(0x01400140));
    const auto groups = _mm512_madd_epi16(twelves, _mm512_set1_epi32(0x00011000));
    _mm512_storeu_si512(out, _mm512_permutexvar_epi8(order, groups));
  }
  return used;
}

[[TUBEPOST_AVX512]] std::size_t pack_avx512(const char* in, std::size_t length, char* out) {
  char* at = out;
  std::size_t used = 0;
  for (; length - used >= 64; used += 64) {
    const auto text = _mm512_loadu_si512(in + used);
    const auto kept = _mm512_cmpneq_epi8_mask(text, _mm512_set1_epi8('\n')) &
                      _mm512_cmpneq_epi8_mask(text, _mm512_set1_epi8('\r'));
    _mm512_storeu_si512(at, _mm512_maskz_compress_epi8(kept, text));
    at += std::popcount(static_cast<std::uint64_t>(kept));
  }
  at += pack_plain(in + used, length - used, at);
  return static_cast<std::size_t>(at - out);
}

#endif

constexpr Base64Kernels plain = {"plain", encode_plain, encode_lines_plain, decode_plain, pack_plain};

#if defined(__x86_64__)
constexpr Base64Kernels all[] = {{"avx512", encode_avx512, encode_lines_avx512, decode_avx512, pack_avx512},
                                 {"avx2", encode_avx2, encode_lines_avx2, decode_avx2, pack_plain},
                                 {"ssse3", encode_ssse3, encode_lines_ssse3, decode_ssse3, pack_plain},
                                 plain};

std::span<const Base64Kernels> choose() {
  __builtin_cpu_init();
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
                      __builtin_cpu_supports("avx512vbmi2");
  const std::size_t skipped = avx512                            ? 0
                              : __builtin_cpu_supports("avx2")  ? 1
                              : __builtin_cpu_supports("ssse3") ? 2
                                                                : 3;
  return std::span(all).subspan(skipped);
}
#else
constexpr Base64Kernels all[] = {plain};
std::span<const Base64Kernels> choose() {
  return all;
}
#endif

}  // namespace

std::span<const Base64Kernels> base64_kernels() {
  static const auto chosen = choose();
  return chosen;
}

}  // namespace codec

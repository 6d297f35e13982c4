#include "codec/uu_kernels.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "codec/uu.hpp"

namespace uu_kernels_test {
namespace {

std::mt19937 random_source(5);

std::string random_octets(std::size_t length) {
  std::string out(length, '\0');
  for (auto& c : out) c = static_cast<char>(random_source());
  return out;
}

const codec::UuKernels& plain() {
  return codec::uu_kernels().back();
}

TEST(UuKernels, ThePlainOnesAreAlwaysThere) {
  ASSERT_FALSE(codec::uu_kernels().empty());
  EXPECT_STREQ(plain().name, "plain");
}

TEST(UuKernels, AllEncodeAlikeFromEveryOffset) {
  const auto octets = random_octets(900);
  for (const auto& kernels : codec::uu_kernels()) {
    for (std::size_t groups = 1; groups <= 21; ++groups) {
      for (const std::string_view end : {"\n", "\r\n"}) {
        for (std::size_t offset = 0; offset < 64; ++offset) {
          const std::string in(octets.substr(offset));
          const std::size_t line = 1 + 4 * groups + end.size();
          std::string out(in.size() / (3 * groups) * line + codec::UuKernels::slack, '#');
          const auto lines = kernels.encode_lines(in.data(), in.size(), groups, end, out.data());
          ASSERT_GT(lines, 0u);
          std::string wanted(out.size(), '#');
          ASSERT_EQ(plain().encode_lines(in.data(), lines * 3 * groups, groups, end, wanted.data()), lines);
          ASSERT_EQ(out.substr(0, lines * line), wanted.substr(0, lines * line))
              << kernels.name << " " << groups;
        }
      }
    }
  }
}

/// Lines of every length with one octet changed: all stop before the same line, and give the same up to it.
TEST(UuKernels, AllDecodeUpToTheSameLine) {
  for (int round = 0; round < 4000; ++round) {
    std::string in;
    while (in.size() < 400) {
      const std::size_t octets = 1 + random_source() % 63;
      in += static_cast<char>(' ' + octets);
      for (std::size_t i = 0; i < (octets + 2) / 3 * 4; ++i)
        in += static_cast<char>(' ' + random_source() % 65);
      in += random_source() % 2 == 0 ? "\n" : "\r\n";
    }
    if (round % 3 != 0) in[random_source() % in.size()] = static_cast<char>(random_source());
    std::string wanted(in.size() + codec::UuKernels::slack, '#');
    const auto first = plain().decode_lines(in.data(), in.size(), wanted.data());
    for (const auto& kernels : codec::uu_kernels()) {
      std::string out(in.size() / 4 * 3 + codec::UuKernels::slack, '#');
      const auto decoded = kernels.decode_lines(in.data(), in.size(), out.data());
      ASSERT_EQ(decoded.used, first.used) << kernels.name << " " << in;
      ASSERT_EQ(decoded.out - out.data(), first.out - wanted.data()) << kernels.name;
      const auto size = static_cast<std::size_t>(decoded.out - out.data());
      ASSERT_EQ(out.substr(0, size), wanted.substr(0, size)) << kernels.name;
    }
  }
}

TEST(UuKernels, EveryOctetIsADigitToAllOrToNone) {
  for (const auto& kernels : codec::uu_kernels()) {
    for (int c = 0; c < 256; ++c) {
      const std::string in = "M" + std::string(60, static_cast<char>(c)) + "\n" + std::string(70, 'x');
      std::string out(200, '#');
      const auto decoded = kernels.decode_lines(in.data(), in.size(), out.data());
      ASSERT_EQ(decoded.used, c >= ' ' && c <= '`' ? 62u : 0u) << kernels.name << " " << c;
    }
  }
}

TEST(UuKernels, WholeFilesComeOutTheSame) {
  for (int round = 0; round < 100; ++round) {
    const auto octets = random_octets(random_source() % 40'000);
    const std::size_t widths[] = {1, 3, 30, 44, 45, 63};
    const auto width = widths[random_source() % std::size(widths)];
    std::string wanted;
    for (const auto& kernels : codec::uu_kernels()) {
      codec::UuEncoder encoder(0644, "a", width, round % 2 == 0 ? "\n" : "\r\n", kernels);
      const auto split = octets.empty() ? 0 : random_source() % octets.size();
      std::string encoded(encoder.update(std::string_view(octets).substr(0, split)));
      encoded += encoder.update(std::string_view(octets).substr(split));
      encoded += encoder.finish();
      if (wanted.empty()) wanted = encoded;
      ASSERT_EQ(encoded, wanted) << kernels.name << " " << width;
      // Empty lines in between are no harm, but need care.
      for (int noise = 0; noise < round % 5; ++noise)
        encoded.insert(encoded.find('\n', random_source() % encoded.size()) + 1, "\n");
      codec::UuDecoder decoder(codec::UuReading::plain, codec::UuDecoder::Start::begin, kernels);
      const auto cut = random_source() % encoded.size();
      std::string decoded(decoder.update(std::string_view(encoded).substr(0, cut)));
      decoded += decoder.update(std::string_view(encoded).substr(cut));
      decoded += decoder.finish();
      ASSERT_EQ(decoded, octets) << kernels.name;
      ASSERT_FALSE(decoder.bad());
    }
  }
}

}  // namespace
}  // namespace uu_kernels_test

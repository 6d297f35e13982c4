#include "codec/base64_kernels.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "codec/base64.hpp"

namespace base64_kernels_test {
namespace {

std::mt19937 random_source(1);

std::string random_octets(std::size_t length) {
  std::string out(length, '\0');
  for (auto& c : out) c = static_cast<char>(random_source());
  return out;
}

const codec::Base64Kernels& plain() {
  return codec::base64_kernels().back();
}

/// What a kernel writes, seen through a buffer that ends with its slack: a sanitizer sees what is beyond.
struct Room {
  std::string text;
  explicit Room(std::size_t length) : text(length + 64, '#') {}
  std::string_view first(std::size_t length) const { return std::string_view(text).substr(0, length); }
};

TEST(Base64Kernels, ThePlainOnesAreAlwaysThere) {
  ASSERT_FALSE(codec::base64_kernels().empty());
  EXPECT_STREQ(plain().name, "plain");
}

TEST(Base64Kernels, AllEncodeAlikeFromEveryOffsetAndLength) {
  const auto octets = random_octets(600);
  for (const auto& kernels : codec::base64_kernels()) {
    for (std::size_t offset = 0; offset < 64; ++offset) {
      for (std::size_t length = 0; length < 300; length += 1 + offset % 3) {
        const std::string in(octets.substr(offset, length));
        Room out(length / 3 * 4);
        const auto used = kernels.encode(in.data(), in.size(), out.text.data());
        ASSERT_EQ(used % 3, 0u);
        ASSERT_LE(used, length);
        ASSERT_GT(used + 96, length);
        Room wanted(length / 3 * 4);
        plain().encode(in.data(), used, wanted.text.data());
        ASSERT_EQ(out.first(used / 3 * 4), wanted.first(used / 3 * 4))
            << kernels.name << " " << offset << " " << length;
      }
    }
  }
}

TEST(Base64Kernels, AllEndTheirLinesAlike) {
  const auto octets = random_octets(3000);
  for (const auto& kernels : codec::base64_kernels()) {
    for (const std::size_t groups : {1, 2, 4, 16, 18, 19, 20, 33, 250}) {
      for (const auto& end : {codec::LineEnd{{'\n', '\0'}, 1}, codec::LineEnd{{'\r', '\n'}, 2}}) {
        const std::size_t most = octets.size() / (3 * groups);
        Room out(most * (4 * groups + end.size));
        const auto lines = kernels.encode_lines(octets.data(), octets.size(), groups, end, out.text.data());
        ASSERT_LE(lines, most);
        ASSERT_TRUE(lines > 0 || octets.size() < 3 * groups + 64);
        Room wanted(most * (4 * groups + end.size));
        plain().encode_lines(octets.data(), lines * 3 * groups, groups, end, wanted.text.data());
        const auto size = lines * (4 * groups + end.size);
        ASSERT_EQ(out.first(size), wanted.first(size)) << kernels.name << " " << groups;
      }
    }
  }
}

TEST(Base64Kernels, AllDecodeUpToTheSameCharacter) {
  const auto octets = random_octets(300);
  const auto digits = codec::base64_encode(octets);
  for (const auto& kernels : codec::base64_kernels()) {
    for (std::size_t bad = 0; bad < digits.size(); ++bad) {
      auto in = digits;
      in[bad] = static_cast<char>(bad % 2 == 0 ? random_source() % 43 : 128 + random_source() % 128);
      Room out(digits.size() / 4 * 3);
      const auto used = kernels.decode(in.data(), in.size(), out.text.data());
      ASSERT_LE(used, bad / 4 * 4) << kernels.name;
      ASSERT_GT(used + 64, bad) << kernels.name;
      ASSERT_EQ(out.first(used / 4 * 3), std::string_view(octets).substr(0, used / 4 * 3)) << kernels.name;
    }
  }
}

TEST(Base64Kernels, EveryOctetIsADigitToAllOrToNone) {
  for (const auto& kernels : codec::base64_kernels()) {
    for (int c = 0; c < 256; ++c) {
      const std::string in(64, static_cast<char>(c));
      Room one(48);
      Room other(48);
      const auto used = kernels.decode(in.data(), in.size(), one.text.data());
      ASSERT_EQ(used, plain().decode(in.data(), in.size(), other.text.data())) << kernels.name << " " << c;
      ASSERT_EQ(one.first(used / 4 * 3), other.first(used / 4 * 3));
    }
  }
}

TEST(Base64Kernels, AllPackAlike) {
  for (int round = 0; round < 2000; ++round) {
    std::string in(random_source() % 300, 'x');
    for (auto& c : in) c = "\r\nab"[random_source() % (round % 2 == 0 ? 4 : 3) + (round % 2 == 0 ? 0 : 1)];
    std::string wanted;
    for (const char c : in) wanted += c == '\r' || c == '\n' ? std::string() : std::string(1, c);
    for (const auto& kernels : codec::base64_kernels()) {
      Room out(in.size());
      const auto length = kernels.pack(in.data(), in.size(), out.text.data());
      ASSERT_EQ(out.first(length), wanted) << kernels.name;
    }
  }
}

/// Long enough for segments and lines of every kind, at random splits, with things in between.
TEST(Base64Kernels, WholeTextsComeOutTheSame) {
  for (int round = 0; round < 60; ++round) {
    const auto octets = random_octets(random_source() % 40'000);
    const std::size_t columns[] = {0, 4, 7, 64, 76, 1000};
    const auto width = columns[random_source() % 6];
    const std::string_view ends[] = {"\n", "\r\n"};
    const auto end = ends[random_source() % 2];
    std::string wanted;
    for (const auto& kernels : codec::base64_kernels()) {
      codec::Base64Encoder encoder(width, end, kernels);
      std::string encoded;
      const auto split = octets.empty() ? 0 : random_source() % octets.size();
      encoder.update(std::string_view(octets).substr(0, split), encoded);
      encoder.update(std::string_view(octets).substr(split), encoded);
      encoder.finish(encoded);
      if (wanted.empty()) wanted = encoded;
      ASSERT_EQ(encoded, wanted) << kernels.name << " " << width;
      for (int noise = 0; noise < round % 5; ++noise)
        encoded.insert(random_source() % (encoded.size() + 1), "!*");
      codec::Base64Decoder decoder(codec::Base64Reading::forgiving, kernels);
      std::string decoded;
      const auto cut = encoded.empty() ? 0 : random_source() % encoded.size();
      decoder.update(std::string_view(encoded).substr(0, cut), decoded);
      decoder.update(std::string_view(encoded).substr(cut), decoded);
      decoder.finish(decoded);
      ASSERT_EQ(decoded, octets) << kernels.name;
      const auto first = encoded.find_first_of("!*");
      ASSERT_EQ(decoder.bad(),
                first == std::string::npos ? std::nullopt : std::optional<std::uint64_t>(first));
    }
  }
}

}  // namespace
}  // namespace base64_kernels_test

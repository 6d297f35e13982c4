#include "codec/scan_kernels.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "codec/quoted_printable.hpp"

namespace scan_kernels_test {
namespace {

bool needs_care(char c) {
  return c != '\t' && (c < ' ' || c > '~' || c == '=');
}

bool is_sign(char c) {
  return c == '=' || c == '\n';
}

TEST(ScanKernels, AllMarkTheSameOctets) {
  std::mt19937 random(1);
  for (std::size_t length = 0; length < 300; ++length) {
    // Exactly as long as it is said to be: a sanitizer sees what reads beyond.
    std::vector<char> text(length);
    for (auto& c : text) c = static_cast<char>(random());
    for (const auto& kernels : codec::scan_kernels()) {
      std::vector<std::uint64_t> marks((length + 63) / 64, 42);
      kernels.mark(text.data(), length, marks.data());
      for (std::size_t i = 0; i < marks.size() * 64; ++i) {
        const bool marked = (marks[i / 64] >> (i % 64) & 1) != 0;
        ASSERT_EQ(marked, i < length && needs_care(text[i])) << kernels.name << " " << i << " of " << length;
      }
      kernels.mark_signs(text.data(), length, marks.data());
      for (std::size_t i = 0; i < marks.size() * 64; ++i) {
        const bool marked = (marks[i / 64] >> (i % 64) & 1) != 0;
        ASSERT_EQ(marked, i < length && is_sign(text[i])) << kernels.name << " " << i << " of " << length;
      }
    }
  }
}

TEST(ScanKernels, EveryOctetIsMarkedByAllOrByNone) {
  for (int c = 0; c < 256; ++c) {
    const std::string text(64, static_cast<char>(c));
    for (const auto& kernels : codec::scan_kernels()) {
      std::uint64_t marks = 0;
      kernels.mark(text.data(), text.size(), &marks);
      ASSERT_EQ(marks, needs_care(static_cast<char>(c)) ? ~std::uint64_t{0} : 0) << kernels.name << " " << c;
      kernels.mark_signs(text.data(), text.size(), &marks);
      ASSERT_EQ(marks, is_sign(static_cast<char>(c)) ? ~std::uint64_t{0} : 0) << kernels.name << " " << c;
    }
  }
}

/// Texts of what the encoder treats in its own way, split anywhere: one after the other, octet by octet, is
/// how it is meant.
TEST(ScanKernels, WhateverTheSplitTheLinesAreTheSame) {
  std::mt19937 random(2);
  const std::string_view pieces[] = {
      "F",  "From ", ".",    " ",
      "\t", "\n",    "\r\n", "\r",
      "=",  "\xE9",  "ab",   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::size_t i = random() % 30; i > 0; --i) text += pieces[random() % std::size(pieces)];
    const auto mode = round % 2 == 0 ? codec::QpEncoder::Mode::text : codec::QpEncoder::Mode::binary;
    std::string one_by_one;
    codec::QpEncoder slow(mode);
    for (const char c : text) slow.update(std::string_view(&c, 1), one_by_one);
    slow.finish(one_by_one);
    for (const auto& kernels : codec::scan_kernels()) {
      codec::QpEncoder encoder(mode, "\n", 76, kernels);
      std::string out;
      const auto split = text.empty() ? 0 : random() % text.size();
      encoder.update(std::string_view(text).substr(0, split), out);
      encoder.update(std::string_view(text).substr(split), out);
      encoder.finish(out);
      ASSERT_EQ(out, one_by_one) << kernels.name << " split at " << split;
    }
  }
}

/// A literal between octets that are none, at every column: an F that starts a line after a soft break too.
TEST(ScanKernels, EightBitWordsAreTheSameOctetByOctet) {
  for (const std::string_view word : {"\xD0\xB0 \xD0\xB1",
                                      "\xE9"
                                      "F",
                                      "\xE9"
                                      "From",
                                      "\xE9.",
                                      "\xE9"
                                      "FF"}) {
    for (std::size_t length = 0; length < 80; ++length) {
      std::string text(length, 'x');
      for (int i = 0; i < 40; ++i) text += word;
      text += '\n';
      std::string one_by_one;
      codec::QpEncoder slow;
      for (const char c : text) slow.update(std::string_view(&c, 1), one_by_one);
      slow.finish(one_by_one);
      ASSERT_EQ(codec::qp_encode(text), one_by_one) << length;
    }
  }
}

}  // namespace
}  // namespace scan_kernels_test

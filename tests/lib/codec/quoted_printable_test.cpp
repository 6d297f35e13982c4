#include "codec/quoted_printable.hpp"

#include <gtest/gtest.h>

namespace quoted_printable_test {
namespace {

using Mode = codec::QpEncoder::Mode;

std::string xs(std::size_t count) {
  return std::string(count, 'x');
}

TEST(QuotedPrintable, EncodesText) {
  const struct {
    std::string text;
    std::string wanted;
  } rows[] = {
      {"", ""},
      {"If you believe that truth=beauty\n", "If you believe that truth=3Dbeauty\n"},
      {"caf\xC3\xA9", "caf=C3=A9"},
      {"blank \n", "blank=20\n"},
      {"tab\t\n", "tab=09\n"},
      {"blank ", "blank=20"},
      {"a  \r\nb", "a =20\nb"},
      {"\r\r\n\r", "=0D\n=0D"},
      {"a\rb", "a=0Db"},
      {".\n..\n. \n", "=2E\n..\n.=20\n"},
      {"From me\nFroM\nFar\n>From\n", "=46rom me\n=46roM\nFar\n>From\n"},
      {xs(76) + "\n", xs(76) + "\n"},
      {xs(77) + "\n", xs(75) + "=\nxx\n"},
      {xs(76), xs(76)},
      {xs(73) + " \n", xs(73) + "=20\n"},
      {xs(74) + " \n", xs(74) + "=\n=20\n"},
      {xs(73) + "\xE9\n", xs(73) + "=E9\n"},
      {xs(73) + "\xE9y\n", xs(73) + "=\n=E9y\n"},
      {xs(75) + "From", xs(75) + "=\n=46rom"},
  };
  for (const auto& row : rows) EXPECT_EQ(codec::qp_encode(row.text), row.wanted) << row.text;
}

TEST(QuotedPrintable, BinaryWritesLineEndsAsData) {
  EXPECT_EQ(codec::qp_encode("a\r\nb\n", Mode::binary), "a=0D=0Ab=0A");
}

TEST(QuotedPrintable, KeepsTheLineWithinTheColumns) {
  const struct {
    std::size_t columns;
    std::string text;
    std::string wanted;
  } rows[] = {
      {4, "abcd\nabcde\n", "abcd\nabc=\nde\n"},
      {4, "\xC3\xA9", "=C3=\n=A9"},
      {4, "\xC3\xA9\n", "=C3=\n=A9\n"},
      {4, "ab \n", "ab=\n=20\n"},
      {5, "a b", "a b"},
      {10, "xxxxxxxxxFrom", "xxxxxxxxx=\n=46rom"},
      {0, xs(1000) + "\xC3 \n", xs(1000) + "=C3=20\n"},
  };
  for (const auto& row : rows) {
    for (std::size_t split = 0; split <= row.text.size(); ++split) {
      codec::QpEncoder encoder(Mode::text, "\n", row.columns);
      std::string out;
      encoder.update(std::string_view(row.text).substr(0, split), out);
      encoder.update(std::string_view(row.text).substr(split), out);
      encoder.finish(out);
      EXPECT_EQ(out, row.wanted) << row.columns << " " << row.text << " split at " << split;
    }
  }
}

/// Every place of a line that something can end at, in every mode: nothing that the rules do not write.
TEST(QuotedPrintable, KeepsTheRulesAtEveryColumn) {
  const std::string tails[] = {"",         " ",      "\t",      "\xE9",    " \n",
                               "\t\r\n",   "\xE9\n", "\xE9 \n", "=\n",     ".\n",
                               "From \n",  "F",      "\r",      "\r\r\n",  std::string("\0\n", 2),
                               "  \n  \n", " x",     "\n.\n",   "x\xE9y\n"};
  for (const auto& tail : tails) {
    for (std::size_t length = 66; length < 80; ++length) {
      const auto text = xs(length) + tail;
      for (const auto mode : {Mode::text, Mode::binary}) {
        for (const std::string_view end : {"\n", "\r\n"}) {
          codec::QpEncoder encoder(mode, end);
          std::string out;
          encoder.update(text, out);
          encoder.finish(out);
          codec::QpChecker checker;
          EXPECT_FALSE(checker.update(out)) << out;
          EXPECT_FALSE(checker.finish()) << out;
          EXPECT_TRUE(mode == Mode::text || codec::qp_decode(out) == text) << out;
        }
      }
    }
  }
}

TEST(QuotedPrintable, HandsOutWhatItWouldAppend) {
  const std::string text = "caf\xC3\xA9 = \n" + xs(100'000);
  codec::QpEncoder encoder;
  std::string out(encoder.update(text));
  out += encoder.finish();
  EXPECT_EQ(out, codec::qp_encode(text));
  codec::QpDecoder decoder;
  std::string back(decoder.update(out));
  back += decoder.finish();
  EXPECT_EQ(back, text);
}

TEST(QuotedPrintable, EverySplitRoundTripsWithinTheLine) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += static_cast<char>(i * 31 % 256);
  text += xs(100) + " F From .\n.\n" + std::string(90, '\xE9') + "  \n\n";
  for (const auto mode : {Mode::text, Mode::binary}) {
    const auto whole = codec::qp_encode(text, mode);
    EXPECT_EQ(codec::qp_decode(whole), text);
    for (std::size_t at = 0; at < whole.size();) {
      const auto end = std::min(whole.find('\n', at), whole.size());
      EXPECT_LE(end - at, 76u);
      at = end + 1;
    }
    for (std::size_t split = 0; split <= text.size(); ++split) {
      std::string encoded;
      codec::QpEncoder encoder(mode);
      encoder.update(std::string_view(text).substr(0, split), encoded);
      encoder.update(std::string_view(text).substr(split), encoded);
      encoder.finish(encoded);
      ASSERT_EQ(codec::qp_decode(encoded), text) << split;
    }
  }
}

}  // namespace
}  // namespace quoted_printable_test

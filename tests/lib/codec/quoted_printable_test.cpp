#include "codec/quoted_printable.hpp"

#include <gtest/gtest.h>

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

TEST(QuotedPrintable, Decodes) {
  const struct {
    std::string text;
    std::string wanted;
    int bad;
  } rows[] = {
      {"Now's the time =\nfor all folk to come=\n to the aid.",
       "Now's the time for all folk to come to the aid.", -1},
      {"=C3=a9=e9", "\xC3\xA9\xE9", -1},
      {"trailing  \t\nblanks \r\nhere ", "trailing\nblanks\r\nhere", -1},
      {"soft= \t\r\nbreak", "softbreak", -1},
      {"the end=", "the end", -1},
      {"the end=  ", "the end", -1},
      {"a=zz", "a=zz", 1},
      {"=3D=4", "==4", 3},
      {"=4\n1", "=4\n1", 0},
      {"a==\nb", "a=b", 1},
      {"=\rx", "=\rx", 0},
      {"a=4 \n", "a=4\n", 1},
      {"raw \xE9", "raw \xE9", -1},
      {"==3D", "==", 0},
      {"a \rb", "a \rb", -1},
      {"x" + std::string(1000, ' ') + "\n", "x\n", -1},
      {"x" + std::string(1001, ' ') + "\n", "x" + std::string(1001, ' ') + "\n", -1},
  };
  for (const auto& row : rows) {
    for (std::size_t split = 0; split <= row.text.size(); ++split) {
      std::string out;
      codec::QpDecoder decoder;
      decoder.update(std::string_view(row.text).substr(0, split), out);
      decoder.update(std::string_view(row.text).substr(split), out);
      decoder.finish(out);
      EXPECT_EQ(out, row.wanted) << row.text << " " << split;
      EXPECT_EQ(decoder.bad() ? static_cast<int>(*decoder.bad()) : -1, row.bad) << row.text << " " << split;
    }
  }
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

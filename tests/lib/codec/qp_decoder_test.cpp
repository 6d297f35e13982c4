#include "codec/qp_decoder.hpp"

#include <gtest/gtest.h>

namespace qp_decoder_test {
namespace {

using codec::QpReading;

struct Decoded {
  std::string text;
  int bad = -1;
  friend bool operator==(const Decoded&, const Decoded&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Decoded& one) {
    return out << testing::PrintToString(one.text) << " bad " << one.bad;
  }
};

Decoded decode(std::string_view text, std::size_t split, QpReading reading,
               const codec::ScanKernels& kernels) {
  Decoded out;
  codec::QpDecoder decoder(reading, kernels);
  decoder.update(text.substr(0, split), out.text);
  decoder.update(text.substr(split), out.text);
  decoder.finish(out.text);
  if (decoder.bad()) out.bad = static_cast<int>(*decoder.bad());
  return out;
}

void expect_at_every_split(std::string_view text, QpReading reading, const Decoded& wanted) {
  for (const auto& kernels : codec::scan_kernels()) {
    for (std::size_t split = 0; split <= text.size(); ++split)
      EXPECT_EQ(decode(text, split, reading, kernels), wanted)
          << text << " split at " << split << " " << kernels.name;
  }
}

TEST(QpDecoder, TakesWhatIsCommonlyWritten) {
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
  for (const auto& row : rows) expect_at_every_split(row.text, QpReading::plain, {row.wanted, row.bad});
}

TEST(QpDecoder, LeavesOutWhatStartsNothing) {
  expect_at_every_split("a=zz=3D=\nb==\nc=4", QpReading::forgiving, {"azz=bc4", 1});
}

TEST(QpDecoder, StrictStopsBeforeTheFirstWrongOctet) {
  expect_at_every_split("a=3D=\nb=zz", QpReading::strict, {"a=b", 7});
  expect_at_every_split("a=3D\xE9 b", QpReading::strict, {"a=", 4});
  expect_at_every_split("a \t=\x01", QpReading::strict, {"a \t", 3});
  expect_at_every_split("a  \n", QpReading::strict, {"a ", 2});
  expect_at_every_split("a b\r\r\n", QpReading::strict, {"a b", 3});
  expect_at_every_split("a=C3=4", QpReading::strict, {"a\xC3", 4});
  expect_at_every_split("a=C3=", QpReading::strict, {"a\xC3", 4});
  expect_at_every_split("a=C3=\r\n=\r\nb\r\n", QpReading::strict,
                        {"a\xC3"
                         "b\r\n",
                         -1});
}

TEST(QpDecoder, BlanksThatAreTooManyAreContentInAnyPieces) {
  for (const std::size_t count : {999u, 1000u, 1001u, 1500u, 3000u}) {
    for (const std::size_t piece : {1u, 300u, 999u, 1000u, 1001u, 1200u}) {
      const auto text = "x" + std::string(count, ' ') + "\r\ny";
      codec::QpDecoder decoder;
      std::string out;
      for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size())))
        out += decoder.update(rest.substr(0, piece));
      out += decoder.finish();
      EXPECT_EQ(out, count > 1000 ? text : "x\r\ny") << count << " in pieces of " << piece;
    }
  }
}

TEST(QpDecoder, LongTextsInAnyPieces) {
  std::string text;
  std::string wanted;
  for (int i = 0; i < 3000; ++i) {
    text += i % 7 == 0 ? "=C3=A9" : i % 11 == 0 ? "=\r\n" : i % 5 == 0 ? " \r\n" : "some words";
    wanted += i % 7 == 0 ? "\xC3\xA9" : i % 11 == 0 ? "" : i % 5 == 0 ? "\r\n" : "some words";
  }
  for (std::size_t piece = 1; piece < 9000; piece += 1 + piece / 2) {
    codec::QpDecoder decoder;
    std::string out;
    for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size())))
      out += decoder.update(rest.substr(0, piece));
    out += decoder.finish();
    EXPECT_EQ(out, wanted) << piece;
  }
}

}  // namespace
}  // namespace qp_decoder_test

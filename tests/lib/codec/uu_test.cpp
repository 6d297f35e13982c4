#include "codec/uu.hpp"

#include <gtest/gtest.h>

#include <random>

namespace uu_test {
namespace {

using codec::UuReading;
using Start = codec::UuDecoder::Start;

std::string encode(std::string_view text, std::size_t octets = 45, std::string_view end = "\n") {
  std::string out;
  codec::UuEncoder encoder(0644, "a", octets, end);
  encoder.update(text, out);
  encoder.finish(out);
  return out;
}

struct Decoded {
  std::string text;
  int bad = -1;
  bool ended = false;
  friend bool operator==(const Decoded&, const Decoded&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Decoded& one) {
    return out << testing::PrintToString(one.text) << " bad " << one.bad << " ended " << one.ended;
  }
};

Decoded decode(std::string_view text, std::size_t split, UuReading reading, Start start = Start::begin) {
  Decoded out;
  codec::UuDecoder decoder(reading, start);
  decoder.update(text.substr(0, split), out.text);
  decoder.update(text.substr(split), out.text);
  decoder.finish(out.text);
  if (decoder.bad()) out.bad = static_cast<int>(*decoder.bad());
  out.ended = decoder.ended();
  return out;
}

TEST(Uu, Encodes) {
  EXPECT_EQ(encode(""), "begin 644 a\n`\nend\n");
  EXPECT_EQ(encode("Cat"), "begin 644 a\n#0V%T\n`\nend\n");
  EXPECT_EQ(encode("Ca"), "begin 644 a\n\"0V$`\n`\nend\n");
  EXPECT_EQ(encode(std::string(46, '\0'), 45, "\r\n"),
            "begin 644 a\r\nM" + std::string(60, '`') + "\r\n!````\r\n`\r\nend\r\n");
  EXPECT_EQ(encode("CatC", 3), "begin 644 a\n#0V%T\n!0P``\n`\nend\n");
}

TEST(Uu, TheBeginLineHoldsNoOther) {
  std::string out;
  codec::UuEncoder encoder(04755, "a b\nend");
  encoder.finish(out);
  EXPECT_EQ(out, "begin 4755 a b_end\n`\nend\n");
}

TEST(Uu, ReadsBeginLines) {
  const struct {
    std::string_view line;
    int mode;  // -1: is none
    std::string_view name;
    bool base64;
  } rows[] = {
      {"begin 644 photo.jpg", 0644, "photo.jpg", false},
      {"begin 0755 two words \r\n", 0755, "two words", false},
      {"begin-base64 600 x", 0600, "x", true},
      {"begin  644 x", -1, "", false},
      {"begin 64 x", -1, "", false},
      {"begin 06444 x", -1, "", false},
      {"begin 684 x", -1, "", false},
      {"begin 644", -1, "", false},
      {"begin 644  ", -1, "", false},
      {"begin here and read", -1, "", false},
      {" begin 644 x", -1, "", false},
      {"Begin 644 x", -1, "", false},
      {"begin", -1, "", false},
      {"", -1, "", false},
  };
  for (const auto& row : rows) {
    const auto begun = codec::parse_uu_begin(row.line);
    ASSERT_EQ(begun ? static_cast<int>(begun->mode) : -1, row.mode) << row.line;
    if (!begun) continue;
    EXPECT_EQ(begun->name, row.name);
    EXPECT_EQ(begun->base64, row.base64);
  }
}

TEST(Uu, KnowsItsLines) {
  const struct {
    std::string_view line;
    bool is;
  } rows[] = {
      {"`", true},      {" ", true},        {"", false},      {"#0V%T", true},  {"#0V%T\r\n", true},
      {"#0V%TZ", true}, {"#0V%TZZ", false}, {"#0V%", false},  {"\"0V$", true},  {"\"0V$`", true},
      {"\"0V", false},  {"end", false},     {"HELLO", false}, {"#0v%T", false}, {"#0V%\x01", false},
  };
  for (const auto& row : rows) EXPECT_EQ(codec::is_uu_line(row.line), row.is) << row.line;
}

struct Row {
  std::string_view text;
  Decoded strict, plain, forgiving;
};

const Row rows[] = {
    {"begin 644 a\n#0V%T\n`\nend\n", {"Cat", -1, true}, {"Cat", -1, true}, {"Cat", -1, true}},
    {"begin 644 a\r\n#0V%T\r\n`\r\nend\r\n", {"Cat", -1, true}, {"Cat", -1, true}, {"Cat", -1, true}},
    // No end of the last line, no line of length zero.
    {"begin 644 a\n#0V%T\nend", {"Cat", 18, true}, {"Cat", -1, true}, {"Cat", -1, true}},
    // Zeros as blanks, which were lost.
    {"begin 644 a\n# \n \nend\n", {"", 14, false}, {{"\0\0\0", 3}, -1, true}, {{"\0\0\0", 3}, -1, true}},
    {"begin 644 a\n#0V%TX\n\n`\nend \n", {"", 17, false}, {"Cat", -1, true}, {"Cat", -1, true}},
    {"begin 644 a\n#0V%T   \n`\nend\n", {"", 17, false}, {"Cat", -1, true}, {"Cat", -1, true}},
    {"begin 644 a\n#0V%TXX\n`\nend\n", {"", 17, false}, {"", 17, false}, {"", 17, true}},
    {"begin 644 a\n#0v%T\n`\nend\n", {"", 14, false}, {"", 14, false}, {{"@\x01t", 3}, 14, true}},
    {"begin 644 a\nlist footer\n#0V%T\n`\nend\n", {"", 12, false}, {"", 12, false}, {"Cat", 12, true}},
    // Text around, several files, one that was cut off.
    {"Hi\nbegin 644 a\n#0V%T\n`\nend\nbye", {"", 0, false}, {"Cat", -1, true}, {"Cat", -1, true}},
    {"begin 644 a\n#0V%T\n`\nend\nbegin 644 b\n#0V%T\n`\nend\n",
     {"CatCat", -1, true},
     {"CatCat", -1, true},
     {"CatCat", -1, true}},
    {"begin 644 a\n#0V%T\nbegin 644 b\n#0V%T\n`\nend\n",
     {"Cat", 18, false},
     {"Cat", 18, false},
     {"CatCat", 18, true}},
    {"begin 644 a\n#0V%T\n", {"Cat", 18, false}, {"Cat", 18, false}, {"Cat", 18, false}},
    {"no file", {"", 0, false}, {"", 7, false}, {"", 7, false}},
    {"", {"", 0, false}, {"", 0, false}, {"", 0, false}},
    // The other form.
    {"begin-base64 644 a\nQ2F0\n====\n", {"Cat", -1, true}, {"Cat", -1, true}, {"Cat", -1, true}},
    {"begin-base64 644 a\r\nQ2F0Q2E=\r\n====\r\nmore",
     {"CatCa", 36, true},
     {"CatCa", -1, true},
     {"CatCa", -1, true}},
    {"begin-base64 644 a\nQ2F0\nQ*2F0\n====\n", {"Cat", 25, false}, {"Cat", 25, false}, {"CatCat", 25, true}},
    {"begin-base64 644 a\nQ2F0\nQ2F0", {"CatCat", 28, false}, {"CatCat", 28, false}, {"CatCat", 28, false}},
};

TEST(Uu, DecodesAtEverySplit) {
  for (const auto& row : rows) {
    for (std::size_t split = 0; split <= row.text.size(); ++split) {
      EXPECT_EQ(decode(row.text, split, UuReading::strict), row.strict) << row.text << split;
      EXPECT_EQ(decode(row.text, split, UuReading::plain), row.plain) << row.text << split;
      EXPECT_EQ(decode(row.text, split, UuReading::forgiving), row.forgiving) << row.text << split;
    }
  }
}

TEST(Uu, DecodesLinesWhoseBeginWasReadBefore) {
  EXPECT_EQ(decode("#0V%T\n`\nend\n", 3, UuReading::plain, Start::data), (Decoded{"Cat", -1, true}));
  EXPECT_EQ(decode("#0V%T\n", 3, UuReading::forgiving, Start::data), (Decoded{"Cat", 6, false}));
}

TEST(Uu, TellsWhatTheBeginLineSaid) {
  std::string out;
  codec::UuDecoder decoder;
  decoder.update("text\nbegin 750 a ", out);
  EXPECT_FALSE(decoder.begin());
  decoder.update("b\n", out);
  ASSERT_TRUE(decoder.begin());
  EXPECT_EQ(decoder.begin()->name, "a b");
  EXPECT_EQ(decoder.begin()->mode, 0750u);
}

TEST(Uu, HoldsNoMoreThanALineCanBe) {
  std::string out;
  codec::UuDecoder decoder;
  for (int i = 0; i < 100'000; ++i) decoder.update("begin 644 yyyyyyyyyyyyyyyy", out);
  decoder.update("\n#0V%T\nend\n", out);
  decoder.finish(out);
  EXPECT_EQ(out, "Cat");
  EXPECT_LE(decoder.begin()->name.size(), 1000u);
  EXPECT_FALSE(decoder.bad());
}

TEST(Uu, RoundTripsAtEverySplit) {
  std::mt19937 random(3);
  std::string text(300, '\0');
  for (auto& c : text) c = static_cast<char>(random());
  for (const std::size_t octets : {1u, 2u, 30u, 45u, 63u}) {
    const auto whole = encode(text, octets);
    for (std::size_t split = 0; split <= text.size(); ++split) {
      std::string encoded;
      codec::UuEncoder encoder(0644, "a", octets);
      encoder.update(std::string_view(text).substr(0, split), encoded);
      encoder.update(std::string_view(text).substr(split), encoded);
      encoder.finish(encoded);
      ASSERT_EQ(encoded, whole) << split;
    }
    for (std::size_t split = 0; split <= whole.size(); ++split)
      ASSERT_EQ(decode(whole, split, UuReading::strict), (Decoded{text, -1, true})) << split;
  }
}

}  // namespace
}  // namespace uu_test

#include "smtp/dot.hpp"

#include <gtest/gtest.h>

namespace dot_test {
namespace {

struct Case {
  std::string_view wire;
  std::string_view message;
  bool bare;
};

const Case cases[] = {
    {".\r\n", "", false},
    {"a\r\n.\r\n", "a\n", false},
    {"..a\r\n...\r\n.b\r\n.\r\n", ".a\n..\nb\n", false},
    {"\r\n\r\n.\r\n", "\n\n", false},
    // Look-alikes of the end: none of them ends the message, each condemns it.
    {"a\n.\nb\r\n.\r\n", "a\n.\nb\n", true},
    {"a\n.\r\nb\r\n.\r\n", "a\n.\nb\n", true},
    {"a\r\n.\nb\r\n.\r\n", "a\n\nb\n", true},
    {"a\r.\rb\r\n.\r\n", "a\r.\rb\n", true},
    {"a\r.\r\nb\r\n.\r\n", "a\r.\nb\n", true},
    {"a\r\n.\rb\r\n.\r\n", "a\n\rb\n", true},
    {"a\n.\rb\r\n.\r\n", "a\n.\rb\n", true},
    {std::string_view("a\r\n\0.\r\n.\r\n", 10), std::string_view("a\n\0.\n", 5), false},
    {std::string_view("a\r\n.\0\r\nb\r\n.\r\n", 13), std::string_view("a\n\0\nb\n", 6), false},
};

TEST(DotReader, OnlyCrlfDotCrlfEndsTheMessageAtEverySplit) {
  for (const auto& c : cases) {
    for (std::size_t split = 0; split <= c.wire.size(); ++split) {
      smtp::DotReader reader(998);
      std::string out;
      std::size_t used = reader.update(c.wire.substr(0, split), out);
      used += reader.update(c.wire.substr(split), out);
      EXPECT_TRUE(reader.done()) << c.wire;
      EXPECT_EQ(used, c.wire.size()) << c.wire;
      EXPECT_EQ(out, c.message) << c.wire << " split at " << split;
      EXPECT_EQ(reader.bare_line_end(), c.bare) << c.wire;
    }
  }
}

TEST(DotReader, LeavesWhatFollowsTheEnd) {
  smtp::DotReader reader(998);
  std::string out;
  EXPECT_EQ(reader.update("a\r\n.\r\nQUIT\r\n", out), 6U);
}

TEST(DotReader, CountsLineLengthAcrossChunks) {
  for (const std::size_t length : {998U, 999U}) {
    smtp::DotReader reader(998);
    std::string out;
    for (std::size_t i = 0; i < length; ++i) reader.update("x", out);
    reader.update("\r\n.\r\n", out);
    EXPECT_EQ(reader.line_too_long(), length > 998) << length;
  }
}

TEST(DotWriter, IsTheReadersMirror) {
  for (const std::string message : {"", "a\n", ".\n", "..a\n.b\n\n", "x\ny\n"}) {
    smtp::DotWriter writer;
    std::string wire = writer.update(message);
    wire += writer.finish();
    smtp::DotReader reader(998);
    std::string out;
    EXPECT_EQ(reader.update(wire, out), wire.size());
    EXPECT_EQ(out, message);
    EXPECT_FALSE(reader.bare_line_end());
  }
}

TEST(DotWriter, EndsALastLineThatHasNoEnd) {
  smtp::DotWriter writer;
  std::string wire = writer.update(".a");
  wire += writer.finish();
  EXPECT_EQ(wire, "..a\r\n.\r\n");
}

/// As it goes over the wire without its final dot, in pieces of this size.
std::string wire(std::string_view text, std::size_t piece) {
  smtp::DotWriter writer(smtp::DotWriter::Dots::plain);
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += piece) out += writer.update(text.substr(at, piece));
  return out + writer.finish();
}

TEST(DotWriter, FoldsLinesThatTheOtherSideNeedNotTake) {
  const std::string x(998, 'x'), y(996, 'y'), e = "\xC3\xA9", name = "Subject:";
  const std::string half(600, 'x'), blanks(1100, ' ');
  const struct {
    std::string line, wanted;
  } rows[] = {
      {x, x},
      {x + ".", x + "\r\n ."},
      {x + " z", x + "\r\n z"},
      {half + "\t" + half, half + "\r\n\t" + half},
      {half + " a b " + half, half + " a b\r\n " + half},
      // Not between the octets of a character.
      {y + "y" + e, y + "y\r\n " + e},
      {y + "\xF0\x9F\x98\x80", y + "\r\n \xF0\x9F\x98\x80"},
      {std::string(1000, '\x80'), std::string(998, '\x80') + "\r\n \x80\x80"},
      // No line becomes empty.
      {name + " " + x, name + "\r\n " + x.substr(1) + "\r\n x"},
      {" " + x, " " + x.substr(1) + "\r\n x"},
      {blanks, blanks.substr(0, 600)},
      // None of blanks alone follows or begins a fold.
      {x + "   ", x},
      {name + " a" + blanks, name + " a" + blanks.substr(0, 988)},
      {name + " a" + blanks + "b", name + " a" + blanks.substr(0, 988) + "\r\n" + blanks.substr(988) + "b"},
      {blanks + "b", blanks.substr(0, 600) + "b"},
      {half + blanks + half, half + blanks.substr(0, 398) + "\r\n" + blanks.substr(398 + 203, 499) +
                                 half.substr(0, 499) + "\r\n " + half.substr(499)},
  };
  for (const auto& row : rows) {
    for (const std::size_t piece : {1U, 7U, 998U, 999U, 5000U})
      EXPECT_EQ(wire(row.line + "\n\n.", piece), row.wanted + "\r\n\r\n.\r\n") << row.line;
  }
}

/// Looking through all that is left of it at each fold would take minutes.
TEST(DotWriter, ALongLineOfBlanksCostsNoMoreThanAnother) {
  const std::string blanks(8 << 20, ' ');
  const auto out = wire(blanks, blanks.size());
  EXPECT_LE(out.size(), 1000U);
  EXPECT_EQ(out.find_first_not_of(" \r\n"), out.npos);
}

TEST(DotWriter, WhatIsFoldedCanBeRead) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += i % 7 == 0 ? '.' : 'y';
  smtp::DotWriter writer;
  auto out = writer.update(text);
  out += writer.finish();
  smtp::DotReader reader(998);
  std::string back;
  reader.update(out, back);
  EXPECT_TRUE(reader.done());
  EXPECT_FALSE(reader.line_too_long());
  std::erase_if(back, [](char c) { return c == ' ' || c == '\n'; });
  EXPECT_EQ(back, text);
}

}  // namespace
}  // namespace dot_test

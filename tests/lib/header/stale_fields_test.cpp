#include "header/stale_fields.hpp"

#include <gtest/gtest.h>

namespace stale_fields_test {
namespace {

std::string written(std::string_view text, std::size_t step) {
  header::WithoutStaleFields fields;
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += step) fields.update(text.substr(at, step), out);
  fields.finish(out);
  return out;
}

TEST(StaleFields, GoWithTheirFoldsHoweverTheyCome) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {
      {"", ""},
      {"Subject: x\n\nbody\n", "Subject: x\n\nbody\n"},
      {"Return-Path: <a@b>\nSubject: x\n\nbody\n", "Subject: x\n\nbody\n"},
      {"A: b\nreturn-PATH:\n <a@b>\n\t(c)\nB: c\n d\n\n", "A: b\nB: c\n d\n\n"},
      {"Return-Path: a\nReturn-Path: b\nContent-Length: 5\nX: y\n", "X: y\n"},
      {"content-length:5\n\nReturn-Path: x\n", "\nReturn-Path: x\n"},
      // Blanks before the colon, and the colon in a fold, as our own parser reads them.
      {"Return-Path \t: x\nA: b\n", "A: b\n"},
      {"Return-Path\n : x\nA: b\n", "A: b\n"},
      {"Return-Path\n x\n : y\nA: b\n", "Return-Path\n x\n : y\nA: b\n"},
      {"Return-Path\nReturn-Path: x\nA: b\n", "Return-Path\nA: b\n"},
      {"Return-Path\n\nReturn-Path: x\n", "Return-Path\n\nReturn-Path: x\n"},
      // What only looks like one.
      {"Return-Paths: x\nReturn: y\nX-Return-Path: z\n", "Return-Paths: x\nReturn: y\nX-Return-Path: z\n"},
      {"Content-Type: x\nContent-Length-2: y\nR\nC", "Content-Type: x\nContent-Length-2: y\nR\nC"},
      {" Return-Path: x\nA: b\n", " Return-Path: x\nA: b\n"},
      {"A: b\n Return-Path: x\n\n", "A: b\n Return-Path: x\n\n"},
      {"Return-Path is what\n x: y\n", "Return-Path is what\n x: y\n"},
      // CRLF.
      {"A: b\r\nReturn-Path: x\r\n y\r\nB: c\r\n\r\nReturn-Path: z\r\n",
       "A: b\r\nB: c\r\n\r\nReturn-Path: z\r\n"},
      {"\r\nReturn-Path: z\r\n", "\r\nReturn-Path: z\r\n"},
      {"Return-Path\r\n\t\r\n : z\r\nA: b\r\n", "A: b\r\n"},
      // The end anywhere.
      {"A: b\nReturn-Path: x", "A: b\n"},
      {"A: b\nReturn-Path", "A: b\nReturn-Path"},
      {"A: b\nReturn-Path \n", "A: b\nReturn-Path \n"},
      {"A: b\n\r", "A: b\n\r"}};
  for (const auto& row : rows) {
    for (const std::size_t step : {1, 2, 3, 7, 100})
      EXPECT_EQ(written(row.text, step), row.wanted) << row.text << step;
  }
}

TEST(StaleFields, ABoundedPieceIsHeldBack) {
  const std::string blanks(100'000, ' ');
  EXPECT_EQ(written("Return-Path" + blanks.substr(0, 60'000) + ": x\nA: b\n", 1000), "A: b\n");
  const auto more = "Return-Path" + blanks + ": x\nA: b\n";
  EXPECT_EQ(written(more, 1000), more);
  const auto folds = "Return-Path" + blanks.substr(0, 65'524) + "\n : x\nReturn-Path: y\nA: b\n";
  EXPECT_EQ(written(folds, 1000), "Return-Path" + blanks.substr(0, 65'524) + "\n : x\nA: b\n");
  std::string out;
  header::WithoutStaleFields fields;
  fields.update("Return-Path: ", out);
  for (int i = 0; i < 1000; ++i) fields.update(blanks, out);
  EXPECT_TRUE(out.empty());
  EXPECT_LT(out.capacity(), 1000u);
}

TEST(StaleFields, AreKnownByNameInAnyCase) {
  for (const char* name : {"Return-Path", "RETURN-path", "content-length"})
    EXPECT_TRUE(header::is_stale(name));
  for (const char* name : {"", "Return", "Return-Path2", "Bcc"}) EXPECT_FALSE(header::is_stale(name));
}

}  // namespace
}  // namespace stale_fields_test

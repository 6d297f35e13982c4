#include "serve/letter.hpp"

#include "posted.hpp"

namespace letter_test {
namespace {

TEST(Letter, ComesWithTheEnvelopeInFront) {
  const std::string body(300 * 1024, 'x');
  const Posted posted("Subject: x\n\n" + body);
  std::string all;
  int pieces = 0;
  ASSERT_TRUE(serve::each_piece(posted.letter, [&](std::string_view piece) {
    all += piece;
    ++pieces;
    return base::Result<void>();
  }));
  EXPECT_EQ(all, "Return-Path: <a@b.test>\nDelivered-To: bob@example.test\nSubject: x\n\n" + body);
  EXPECT_EQ(pieces, 2);
  const Posted empty("");
  all.clear();
  ASSERT_TRUE(serve::each_piece(empty.letter, [&](std::string_view piece) {
    all += piece;
    return base::Result<void>();
  }));
  EXPECT_EQ(all, "Return-Path: <a@b.test>\nDelivered-To: bob@example.test\n");
}

TEST(Letter, StaleFieldsAreLeftOutOfTheHeaderAlone) {
  // Pieces end within the second field, and within the name of the third.
  for (const std::size_t fill : {256 * 1024 - 30, 256 * 1024 - 8}) {
    const std::string other = "X: " + std::string(fill, 'x') + "\n";
    const std::string body = "\nReturn-Path: text\n";
    const Posted posted("Return-Path: <forged@x.test>\n" + other + "return-path:\n a\nContent-Length: 1\n" +
                        body);
    std::string all;
    ASSERT_TRUE(serve::each_piece(posted.letter, [&](std::string_view piece) {
      all += piece;
      return base::Result<void>();
    }));
    EXPECT_EQ(all, "Return-Path: <a@b.test>\nDelivered-To: bob@example.test\n" + other + body);
  }
}

TEST(Letter, AnErrorEndsIt) {
  auto posted = Posted();
  const auto refused = serve::each_piece(posted.letter, [](std::string_view) -> base::Result<void> {
    return base::fail(base::Exit::io, "full");
  });
  EXPECT_EQ(refused.error().code, base::Exit::io);
  posted.letter.length += 100;
  EXPECT_FALSE(serve::each_piece(posted.letter, [](std::string_view) { return base::Result<void>(); }));
}

TEST(Letter, LoopsAreFoundInTheHeaderAlone) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {
      {"X: y\nDelivered-To: bob@example.test\n\nbody\n",
       "the message is in a loop: Delivered-To: bob@example.test"},
      {"X: y\nDelivered-To: bob@example.test", "the message is in a loop: Delivered-To: bob@example.test"},
      {"X: y\n\nDelivered-To: bob@example.test\n", ""},
      {"Delivered-To: bob@example.testing\nX-Delivered-To: bob@example.test\n\n", ""},
      {"Received: a\nRECEIVED: b\ndelivered-to: c\n\n", ""},
      {"Received: a\nRECEIVED: b\ndelivered-to: c\nReceived: d\n\n",
       "the message is in a loop: it has made 4 hops"},
      {"", ""}};
  for (const auto& row : rows) {
    const auto looked = serve::check_loop(Posted(row.text).letter, 3);
    EXPECT_EQ(looked ? "" : looked.error().what, row.wanted) << row.text;
    EXPECT_EQ(looked ? base::Exit::unavailable : looked.error().code, base::Exit::unavailable);
  }
}

}  // namespace
}  // namespace letter_test

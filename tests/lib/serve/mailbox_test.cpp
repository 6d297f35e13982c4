#include "serve/mailbox.hpp"

#include <gtest/gtest.h>

#include "talk.hpp"

namespace {

base::Result<void> deliver(const Directory& home, std::vector<std::string> pieces) {
  std::size_t at = 0;
  return serve::deliver_to_mailbox(
      {home.path(), "Maildir", "mx.test", "a@b.test", "bob@example.test"},
      [&]() -> base::Result<std::string> { return at < pieces.size() ? pieces[at++] : std::string(); });
}

std::string only_message(const Directory& home) {
  const auto file = std::filesystem::directory_iterator(home.path() + "/Maildir/new")->path();
  return fs::read_all(file, 1 << 20).value();
}

TEST(Mailbox, TheEnvelopeStandsInFront) {
  const Directory home;
  ASSERT_TRUE(deliver(home, {"Subject: ", "x\n", "\nbo", "dy\n"}));
  EXPECT_EQ(only_message(home),
            "Return-Path: <a@b.test>\nDelivered-To: bob@example.test\nSubject: x\n\nbody\n");
}

TEST(Mailbox, AMessageThatWasHereIsALoopAndTheBodyDoesNotCount) {
  const Directory home;
  EXPECT_EQ(deliver(home, {"X: y\nDelivered-To: bob@example.test\n\nbody\n"}).error().code,
            base::Exit::unavailable);
  EXPECT_TRUE(deliver(home, {"X: y\n\nDelivered-To: bob@example.test\n"}));
}

TEST(Mailbox, AReadErrorLeavesNothing) {
  const Directory home;
  int calls = 0;
  const auto done =
      serve::deliver_to_mailbox({home.path(), "Maildir", "h", "", "b@c"}, [&]() -> base::Result<std::string> {
        if (++calls < 3) return std::string("Subject: x\n\n");
        return base::fail(base::Exit::io, "broken");
      });
  EXPECT_EQ(done.error().code, base::Exit::io);
  EXPECT_TRUE(std::filesystem::is_empty(home.path() + "/Maildir/new"));
  EXPECT_TRUE(std::filesystem::is_empty(home.path() + "/Maildir/tmp"));
}

}  // namespace

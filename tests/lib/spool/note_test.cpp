#include "spool/note.hpp"

#include <gtest/gtest.h>

namespace note_test {
namespace {

TEST(Note, IsReadAsTheRunnerWritesIt) {
  EXPECT_EQ(spool::parse_note("1700000000 carol@other.test deferred 451 4.3.0 try later"),
            (spool::Note{1'700'000'000, "carol@other.test", "deferred", "451 4.3.0 try later"}));
  EXPECT_EQ(spool::parse_note("1 \"a \\\" b\"@x.test failed "),
            (spool::Note{1, "\"a \\\" b\"@x.test", "failed", ""}));
  for (const char* line : {"", "x", "1", "1 a", "1  deferred", "soon a@b deferred x", "1 \"a deferred x"})
    EXPECT_FALSE(spool::parse_note(line)) << line;
}

TEST(Note, TheLastOfEachRecipientCounts) {
  const auto notes = spool::parse_notes(
      "1 a@x deferred one\nrubbish\n2 b@x deferred two\n3 a@x failed three\n4 a@x part bob");
  ASSERT_EQ(notes.size(), 4u);
  ASSERT_NE(spool::last_note(notes, "a@x"), nullptr);
  EXPECT_EQ(spool::last_note(notes, "a@x")->text, "three");
  EXPECT_EQ(spool::last_note(notes, "b@x")->time, 2u);
  EXPECT_EQ(spool::last_note(notes, "c@x"), nullptr);
}

TEST(Note, AnAddressIsComparedAsItWasWritten) {
  const auto notes = spool::parse_notes("1 \\xff@x deferred one\n");
  EXPECT_NE(spool::last_note(notes, "\xFF@x"), nullptr);
}

}  // namespace
}  // namespace note_test

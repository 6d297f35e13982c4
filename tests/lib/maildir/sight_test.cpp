#include "maildir/sight.hpp"

#include <gtest/gtest.h>

namespace {

using maildir::Compared;
using maildir::Moment;

TEST(Sight, ALookHoldsWhileIndexAndDirectoriesAreAsTheyWere) {
  const Moment then = {{7, 2, 30}, {100, 200}};
  const struct {
    Moment now;
    bool steady, moved, holds;
  } rows[] = {
      {then, true, true, true},
      {then, true, false, true},
      {then, false, false, true},
      // The coarse clock may not have shown the other session's rename.
      {then, false, true, false},
      {{{8, 2, 30}, {100, 200}}, true, false, false},
      {{{7, 3, 30}, {100, 200}}, true, false, false},
      // Names that followed flags: a line that counts nothing up.
      {{{7, 2, 31}, {100, 200}}, true, false, false},
      {{{7, 2, 30}, {101, 200}}, true, false, false},
      {{{7, 2, 30}, {100, 201}}, true, false, false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(maildir::still_holds(then, row.now, row.steady, row.moved), row.holds) << &row - rows;
}

TEST(Sight, LinesThatChangeNoNumberAreTold) {
  maildir::IndexState state;
  const auto before = Compared::with(state);
  maildir::apply_lines(maildir::lines_place({{1, 1}}, ":2,S", false), state);
  EXPECT_FALSE(before == Compared::with(state));
}

}  // namespace

#include "maildir/snapshot.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace snapshot_test {
namespace {

using maildir::Entry;
using maildir::Snapshot;

Entry entry(std::uint32_t uid, std::string_view place) {
  Entry out;
  out.uid = uid;
  out.modseq = uid + 10;
  out.date = 1'700'000'000;
  out.saved = 1'700'000'001;
  out.size = 42;
  out.id = UINT64_C(0x0123456789abcdef) + uid;
  out.system = uid % 32;
  out.words = uid % 3;
  out.place = place;
  return out;
}

auto all_of(const Entry& one) {
  return std::tie(one.uid, one.modseq, one.date, one.saved, one.size, one.id, one.system, one.words,
                  one.place);
}

struct Text {
  std::string rows, names;
  Snapshot snapshot() const { return {rows, names}; }
};

TEST(Snapshot, RowsComeBack) {
  Text text;
  std::vector<Entry> wanted;
  // All flags once.
  for (std::uint32_t uid = 1; uid <= 32; ++uid) {
    wanted.push_back(entry(uid, uid % 2 == 0 ? "new/two" : "cur/one:2,S"));
    maildir::write_row(wanted.back(), text.rows, text.names);
  }
  const auto snapshot = text.snapshot();
  ASSERT_EQ(snapshot.size(), wanted.size());
  EXPECT_EQ(text.rows.size(), wanted.size() * maildir::row_width);
  for (std::size_t row = 0; row < wanted.size(); ++row) {
    EXPECT_TRUE(snapshot.is_good(row)) << row;
    EXPECT_EQ(all_of(snapshot.entry(row)), all_of(wanted[row])) << row;
    EXPECT_EQ(snapshot.uid(row), wanted[row].uid);
    EXPECT_EQ(snapshot.name(row), wanted[row].place);
    EXPECT_EQ(snapshot.system(row), wanted[row].system);
    EXPECT_EQ(snapshot.entry(row).in_new(), row % 2 == 1);
  }
  EXPECT_EQ(Snapshot().size(), 0u);
}

TEST(Snapshot, WhatIsTooLargeForARowIsCutOrUnknown) {
  const struct {
    std::uint64_t given, modseq, date, size;
  } rows[] = {
      {0, 0, 0, 0},
      {maildir::largest_number, maildir::largest_number, maildir::largest_number, maildir::largest_number},
      {maildir::largest_number + 1, maildir::largest_number + 1, maildir::largest_number,
       maildir::unknown_size},
      {UINT64_MAX, maildir::largest_modseq, maildir::largest_number, maildir::unknown_size},
  };
  for (const auto& row : rows) {
    Entry given = entry(UINT32_MAX, "cur/x");
    given.modseq = given.date = given.saved = given.size = given.id = row.given;
    given.words = 999'999;
    Text text;
    maildir::write_row(given, text.rows, text.names);
    ASSERT_EQ(text.rows.size(), maildir::row_width);
    const auto read = text.snapshot().entry(0);
    EXPECT_TRUE(text.snapshot().is_good(0));
    EXPECT_EQ(read.uid, UINT32_MAX);
    EXPECT_EQ(std::tie(read.modseq, read.date, read.saved, read.size),
              std::tie(row.modseq, row.date, row.date, row.size));
    EXPECT_EQ(read.id, row.given);
    EXPECT_EQ(read.words, 999'999u);
  }
}

TEST(Snapshot, AnyDamageIsSeen) {
  Text good;
  maildir::write_row(entry(1, "cur/one:2,S"), good.rows, good.names);
  maildir::write_row(entry(2, "new/two"), good.rows, good.names);
  for (const bool in_rows : {true, false}) {
    const std::size_t size = in_rows ? good.rows.size() : good.names.size();
    for (std::size_t i = 0; i < size; ++i) {
      for (const int bits : {1, 0x80, 0xff}) {
        Text bad = good;
        auto& octet = (in_rows ? bad.rows : bad.names)[i];
        octet = static_cast<char>(octet ^ bits);
        const auto snapshot = bad.snapshot();
        EXPECT_FALSE(snapshot.is_good(0) && snapshot.is_good(1)) << in_rows << " " << i;
        // Unchecked it is something, and ends in time.
        for (const std::size_t row : {0u, 1u}) EXPECT_LE(snapshot.entry(row).place.size(), bad.names.size());
      }
    }
  }
  const Snapshot nameless(good.rows, "");
  EXPECT_FALSE(nameless.is_good(0));
  EXPECT_EQ(nameless.name(1), "");
}

}  // namespace
}  // namespace snapshot_test

#include "maildir/index_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

namespace {

using maildir::IndexState;
using maildir::Record;

Record record(std::uint32_t uid, std::string base) {
  Record out;
  out.uid = uid;
  out.modseq = uid + 10;
  out.date = 1'700'000'000;
  out.size = 42;
  out.flags = {maildir::seen, {"$Junk"}};
  out.base = std::move(base);
  return out;
}

std::string head(std::uint32_t validity, std::uint64_t generation, std::uint32_t uid_next,
                 std::uint64_t modseq) {
  maildir::Head out;
  out.validity = validity;
  out.generation = generation;
  out.uid_next = uid_next;
  out.modseq = modseq;
  return maildir::format_head(out);
}

std::string whole() {
  return head(7, 3, 1, 1) + maildir::line_added(record(1, "one two%")) + maildir::line_added(record(2, "b")) +
         maildir::lines_flags({{1, 1}}, 20, {maildir::flagged, {}}) + maildir::line_added(record(3, "c")) +
         maildir::lines_removed({{2, 2}}, 21);
}

/// Views into `text` stay in it.
IndexState read(std::string_view text) {
  const auto begun = maildir::parse_head(text);
  if (!begun) return {};
  auto state = maildir::begin_state(*begun, text.substr(0, begun->log_begin()));
  maildir::apply_lines(text.substr(std::min<std::size_t>(begun->log_begin(), text.size())), state);
  return state;
}

TEST(IndexText, LinesBecomeRecords) {
  const auto text = whole();
  const auto state = read(text);
  EXPECT_EQ(state.validity, 7u);
  EXPECT_EQ(state.generation, 3u);
  EXPECT_EQ(state.uid_next, 4u);
  EXPECT_EQ(state.modseq, 21u);
  EXPECT_EQ(state.damaged, 0u);
  ASSERT_EQ(state.records.size(), 2u);
  EXPECT_EQ(state.records[0].base, "one two%");
  EXPECT_EQ(state.records[0].flags, (maildir::Flags{maildir::flagged, {}}));
  EXPECT_EQ(state.records[0].modseq, 20u);
  EXPECT_EQ(state.records[1].uid, 3u);
  EXPECT_EQ(state.records[1].size, 42u);
  EXPECT_EQ(state.find(2), nullptr);
}

TEST(IndexText, CutAnywhereItIsAPrefixOfItsHistory) {
  const auto text = whole();
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto state = read(std::string_view(text).substr(0, length));
    EXPECT_EQ(state.damaged, 0u) << length;
    EXPECT_LE(state.records.size(), 3u);
  }
}

TEST(IndexText, ADamagedByteCostsOneLineAndNoUidIsUsedTwice) {
  const auto good = whole();
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto text = good;
    text[i] = static_cast<char>(text[i] ^ 1);
    const auto state = read(text);
    if (state.validity == 0) continue;  // the head: the index is made anew
    EXPECT_TRUE(state.damaged >= 1 || state.records.is_damaged() || i + 1 == good.size()) << i;
    EXPECT_GE(state.uid_next, 4u) << i;
  }
}

TEST(IndexText, RefusesWhatIsNoIndex) {
  for (std::string_view text : {"", "x\n", "tubepost-index 2 0 1 1 1 1 0 0 0 0 0 00000000\n",
                                "tubepost-index 2 7 3 1 1 1 0 0 0 0 0 12345678\n"}) {
    EXPECT_FALSE(maildir::parse_head(text)) << text;
  }
  EXPECT_FALSE(maildir::parse_head(head(0, 1, 1, 1)));
  EXPECT_FALSE(maildir::parse_head(head(1, 1, 0, 1)));
  EXPECT_TRUE(maildir::parse_head(head(1, 1, 1, 1)));
}

TEST(IndexText, SizesAndTheNextUidAreKept) {
  auto known = record(3, "x");
  known.size.reset();
  const auto state = read(head(1, 1, 50, 60) + maildir::line_added(known) + maildir::line_size(3, 99));
  EXPECT_EQ(state.uid_next, 50u);
  EXPECT_EQ(state.modseq, 60u);
  EXPECT_EQ(state.find(3)->size, 99u);
}

TEST(IndexText, DamageThatSwallowsLinesHidesNoUid) {
  const auto start = head(7, 1, 1, 1);
  std::string lines;
  for (std::uint32_t uid = 1; uid <= 2000; ++uid) {
    Record shortest;
    shortest.uid = uid;
    shortest.base = "a";
    lines += maildir::line_added(shortest);
  }
  for (const char filling : {'\0', 'x'}) {
    for (std::size_t from = 0; from < lines.size(); from += 997) {
      auto text = lines;
      std::fill(text.begin() + static_cast<std::ptrdiff_t>(from), text.end() - 1, filling);
      EXPECT_GE(read(start + text).uid_next, 2001u) << from;
      EXPECT_EQ(read(start + text).validity, 7u);
    }
  }
}

TEST(IndexText, WhatIsLongerThanAnyLineIsDamageAndEndsSomewhere) {
  const auto good = maildir::line_added(record(9, "nine"));
  const std::string garbage(3 * maildir::index_line_limit + 5, 'x');
  IndexState state;
  EXPECT_EQ(maildir::apply_lines(garbage, state), 3 * maildir::index_line_limit);
  EXPECT_EQ(state.damaged, 3u);
  const auto after = read(head(1, 1, 1, 1) + garbage + "\n" + good);
  ASSERT_EQ(after.records.size(), 1u);
  EXPECT_GT(after.uid_next, 3 * maildir::index_line_limit / 40);
}

TEST(IndexText, TheLongestRecordIsReadBack) {
  Record longest = record(UINT32_MAX - 1, std::string(255, ' '));
  longest.modseq = maildir::largest_modseq;
  longest.date = longest.saved = longest.id = UINT64_MAX;
  longest.size = UINT64_MAX;
  longest.flags.keywords.clear();
  for (int i = 0; i < 64; ++i)
    longest.flags.keywords.push_back(std::string(126, 'k') + static_cast<char>('0' + i / 10) +
                                     static_cast<char>('0' + i % 10));
  ASSERT_TRUE(maildir::check_keywords(longest.flags.keywords));
  const auto state = read(head(1, 1, 1, 1) + maildir::line_added(longest));
  ASSERT_EQ(state.records.size(), 1u);
  EXPECT_EQ(state.records[0].base, longest.base);
  EXPECT_EQ(state.records[0].flags, longest.flags);
}

TEST(IndexText, WrittenAnewItSaysTheSame) {
  const auto before =
      whole() + maildir::line_stamp({5, 6}, 7) + maildir::lines_place({{3, 3}}, ":2,FS", false);
  auto state = read(before);
  const auto after = maildir::format_index(state, 9);
  const auto again = read(after);
  EXPECT_EQ(again.generation, 9u);
  EXPECT_EQ(again.damaged, 0u);
  EXPECT_EQ(again.uid_next, state.uid_next);
  EXPECT_EQ(again.modseq, state.modseq);
  EXPECT_EQ(again.stamp, (maildir::Stamp{5, 6}));
  EXPECT_EQ(again.looked, 7u);
  ASSERT_EQ(again.records.size(), state.records.size());
  for (std::size_t i = 0; i < state.records.size(); ++i) {
    const auto one = state.records[i], two = again.records[i];
    EXPECT_EQ(std::tie(one.uid, one.modseq, one.date, one.size, one.flags, one.base, one.suffix, one.in_new,
                       one.saved, one.id),
              std::tie(two.uid, two.modseq, two.date, two.size, two.flags, two.base, two.suffix, two.in_new,
                       two.saved, two.id));
  }
  EXPECT_EQ(again.records[1].suffix, ":2,FS");
  EXPECT_EQ(maildir::vanished_since(again, 20), (maildir::UidSet{{2, 2}}));
}

TEST(IndexText, ADamagedRowIsKnownAndOthersStay) {
  IndexState state;
  state.validity = 7;
  for (std::uint32_t uid = 1; uid <= 3; ++uid) state.records.add(record(uid, "n" + std::to_string(uid)));
  state.uid_next = 4;
  const auto good = maildir::format_index(state, 1);
  const auto begin = good.find('\n') + 1;
  const auto end = maildir::parse_head(good)->log_begin();
  for (std::size_t i = begin; i < end; ++i) {
    auto text = good;
    text[i] = static_cast<char>(text[i] ^ 1);
    const auto damaged = read(text);
    std::size_t there = 0;
    for (std::size_t at = 0; at < damaged.records.size(); ++at) {
      const auto one = damaged.records[at];
      there += one.uid != 0 ? 1 : 0;
      EXPECT_TRUE(one.uid == 0 || one.base == "n" + std::to_string(one.uid)) << i;
    }
    EXPECT_TRUE(damaged.damaged > 0 || damaged.records.is_damaged()) << i;
    EXPECT_GE(there, 2u) << i;
    EXPECT_EQ(damaged.uid_next, 4u);
    const auto mended = maildir::format_index(damaged, 2);
    EXPECT_EQ(read(mended).records.size(), there);
  }
}

TEST(IndexText, CutShortInItsSortedPartItGivesNoUidOfTheLogAgain) {
  IndexState state;
  state.validity = 7;
  for (std::uint32_t uid = 1; uid <= 3; ++uid) state.records.add(record(uid, "n" + std::to_string(uid)));
  state.uid_next = 4;
  const auto good = maildir::format_index(state, 1);
  for (auto length = good.find('\n') + 1; length < maildir::parse_head(good)->log_begin(); ++length) {
    const auto text = good.substr(0, length);
    const auto cut = read(text);
    EXPECT_EQ(cut.validity, 7u);
    EXPECT_GT(cut.uid_next, maildir::uids_in_a_lost_log);
    EXPECT_GT(cut.damaged, 0u);
    for (std::size_t at = 0; at < cut.records.size(); ++at)
      EXPECT_TRUE(cut.records[at].uid == 0 || cut.records[at].base == "n" + std::to_string(at + 1));
  }
}

TEST(IndexText, WhatHistoryForgotIsToldAsAllThatIsNotThere) {
  IndexState state;
  state.validity = 7;
  state.uid_next = 10;
  state.records.add(record(4, "four"));
  state.floor = 100;
  state.vanished.push_back({101, {{9, 9}}});
  EXPECT_EQ(maildir::vanished_since(state, 100), (maildir::UidSet{{9, 9}}));
  EXPECT_EQ(maildir::vanished_since(state, 99), (maildir::UidSet{{1, 3}, {5, 9}}));
}

}  // namespace

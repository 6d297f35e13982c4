#include <gtest/gtest.h>

#include <tuple>

#include "indexed.hpp"

namespace index_whole_test {
namespace {

using maildir::IndexState;

/// UIDs 1 to 3, with the names n1 to n3.
IndexState three() {
  IndexState out;
  out.validity = 7;
  for (std::uint32_t uid = 1; uid <= 3; ++uid) out.records.add(record(uid, "n" + std::to_string(uid)));
  out.uid_next = 4;
  return out;
}

TEST(IndexWhole, WrittenAnewItSaysTheSame) {
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

TEST(IndexWhole, ADamagedRowIsKnownAndOthersStay) {
  const auto good = maildir::format_index(three(), 1);
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

TEST(IndexWhole, ADamagedOctetOfTheHeadCostsNothing) {
  const auto good = maildir::format_index(three(), 1);
  const auto head = maildir::parse_head(good)->length;
  EXPECT_FALSE(maildir::parse_head(good)->damaged);
  for (std::size_t i = 0; i < head; ++i) {
    for (const char flip : {'\x01', '\x3a'}) {
      auto text = good;
      text[i] = static_cast<char>(text[i] ^ flip);
      const auto damaged = read(text);
      EXPECT_EQ(damaged.validity, 7u) << i;
      EXPECT_EQ(damaged.uid_next, 4u) << i;
      EXPECT_GT(damaged.damaged, 0u) << i;
      ASSERT_EQ(damaged.records.size(), 3u) << i;
      EXPECT_EQ(damaged.records[2].flags.keywords, (std::vector<std::string>{"$Junk"})) << i;
    }
  }
  for (std::size_t length = head / 2; length <= head; ++length)
    EXPECT_EQ(maildir::parse_head(good.substr(0, length))->length, head) << length;
}

TEST(IndexWhole, CutShortInItsSortedPartItGivesNoUidOfTheLogAgain) {
  const auto good = maildir::format_index(three(), 1);
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

TEST(IndexWhole, WhatHistoryForgotIsToldAsAllThatIsNotThere) {
  IndexState state;
  state.validity = 7;
  state.uid_next = 10;
  state.records.add(record(4, "four"));
  state.floor = 100;
  state.vanished.push_back({101, {{9, 9}}});
  EXPECT_EQ(maildir::vanished_since(state, 100), (maildir::UidSet{{9, 9}}));
  EXPECT_EQ(maildir::vanished_since(state, 99), (maildir::UidSet{{1, 3}, {5, 9}}));
}

TEST(IndexWhole, OnlyKeywordsInUseAreWritten) {
  IndexState state;
  state.validity = 7;
  for (std::uint32_t uid = 1; uid <= 3; ++uid) {
    auto one = record(uid, "n");
    one.flags.keywords = {"$k" + std::to_string(uid)};
    state.records.add(one);
  }
  state.records.remove({{1, 1}, {3, 3}});
  const auto text = maildir::format_index(state, 1);
  EXPECT_EQ(text.find("$k1"), std::string::npos);
  EXPECT_EQ(text.find("$k3"), std::string::npos);
  const auto again = read(text);
  EXPECT_EQ(again.records.keyword_sets(), 2u);
  EXPECT_EQ(again.records[0].flags.keywords, (std::vector<std::string>{"$k2"}));
}

TEST(IndexWhole, HistoryIsKeptAsLongAsItIsShort) {
  IndexState state;
  state.validity = 7;
  state.uid_next = 100'001;
  constexpr std::uint64_t count = 5000;
  // Each for itself, so that each takes a line.
  for (std::uint32_t i = 1; i <= count; ++i) state.vanished.push_back({i, {{2 * i, 2 * i}}});
  state.modseq = count;
  const auto again = read(maildir::format_index(state, 1));
  EXPECT_EQ(again.damaged, 0u);
  EXPECT_LE(again.history.size(), 64u * 1024);
  ASSERT_GT(again.floor, 0u);
  ASSERT_LT(again.floor, count);
  // What it still knows, it knows exactly; of what it has forgotten it says too much.
  EXPECT_EQ(maildir::vanished_since(again, count), maildir::UidSet());
  EXPECT_EQ(maildir::vanished_since(again, count - 1), (maildir::UidSet{{2 * count, 2 * count}}));
  EXPECT_EQ(maildir::vanished_since(again, again.floor).size(), count - again.floor);
  EXPECT_EQ(maildir::vanished_since(again, again.floor - 1), (maildir::UidSet{{1, 100'000}}));
}

TEST(IndexWhole, OfDamageNobodyWasToldWhatWentWithIt) {
  IndexState state;
  state.validity = 7;
  state.uid_next = 4;
  state.modseq = 50;
  state.damaged = 1;
  const auto again = read(maildir::format_index(state, 1));
  EXPECT_EQ(again.floor, 50u);
  EXPECT_EQ(maildir::vanished_since(again, 49), (maildir::UidSet{{1, 3}}));
}

TEST(IndexWhole, ADamagedLineOfTheHistoryHidesNothingThatIsGone) {
  IndexState state;
  state.validity = 7;
  state.uid_next = 10;
  state.records.add(record(4, "four"));
  for (std::uint32_t i = 1; i <= 3; ++i) state.vanished.push_back({100 + i, {{i, i}}});
  state.modseq = 103;
  const auto good = maildir::format_index(state, 1);
  const auto end = maildir::parse_head(good)->log_begin();
  const maildir::UidSet all = {{1, 3}, {5, 9}};
  for (std::size_t i = 1; i <= read(good).history.size(); ++i) {
    auto text = good;
    text[end - i] = static_cast<char>(text[end - i] ^ 1);
    const auto damaged = read(text);
    EXPECT_EQ(maildir::vanished_since(damaged, 100), all) << i;
    const auto mended = read(maildir::format_index(damaged, 2));
    EXPECT_EQ(mended.floor, 103u);
    EXPECT_EQ(maildir::vanished_since(mended, 100), all) << i;
    EXPECT_EQ(maildir::vanished_since(mended, 103), maildir::UidSet()) << i;
  }
}

TEST(IndexWhole, TheHighestUidIsThereToo) {
  IndexState state;
  state.validity = 7;
  state.floor = 5;
  state.records.add(record(UINT32_MAX - 2, "a"));
  state.records.add(record(UINT32_MAX, "b"));
  state.uid_next = UINT32_MAX;
  EXPECT_EQ(maildir::vanished_since(state, 1),
            (maildir::UidSet{{1, UINT32_MAX - 3}, {UINT32_MAX - 1, UINT32_MAX - 1}}));
}

}  // namespace
}  // namespace index_whole_test

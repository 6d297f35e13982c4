#include "maildir/index_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "indexed.hpp"

namespace index_text_test {
namespace {

using maildir::IndexState;
using maildir::Record;

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
  const auto head = maildir::parse_head(text)->length;
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto state = read(std::string_view(text).substr(0, length));
    // The second of the two lines of the head is missed.
    EXPECT_EQ(state.damaged > 0, length >= head / 2 && length < head) << length;
    EXPECT_LE(state.records.size(), 3u);
  }
}

TEST(IndexText, ADamagedByteCostsOneLineAndNoUidIsUsedTwice) {
  const auto good = whole();
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto text = good;
    text[i] = static_cast<char>(text[i] ^ 1);
    const auto state = read(text);
    EXPECT_EQ(state.validity, 7u) << i;
    EXPECT_TRUE(state.damaged >= 1 || state.records.is_damaged() || i + 1 == good.size()) << i;
    EXPECT_GE(state.uid_next, 4u) << i;
  }
}

/// With a message in the sorted part, and no set of keywords or one; behind them the log.
std::vector<std::string> sorted() {
  std::vector<std::string> out;
  for (const bool keywords : {false, true}) {
    maildir::IndexState state;
    state.validity = 7;
    auto only = record(3, "c");
    if (!keywords) only.flags.keywords.clear();
    state.records.add(only);
    state.uid_next = 4;
    out.push_back(maildir::format_index(state, 1));
  }
  return out;
}

TEST(IndexText, AnOctetPutInOrLeftOutInTheHeadCostsNothing) {
  for (const auto& good : sorted()) {
    const auto head = maildir::parse_head(good)->length;
    const auto expect_whole = [&](const std::string& text, std::size_t at) {
      const auto state = read(text);
      EXPECT_EQ(state.validity, 7u) << at;
      EXPECT_EQ(state.uid_next, 4u) << at;
      EXPECT_EQ(state.damaged, 1u) << at;
      ASSERT_EQ(state.records.size(), 1u) << at;
      EXPECT_EQ(state.records[0].base, "c") << at;
      EXPECT_EQ(state.records[0].flags.keywords, read(good).records[0].flags.keywords) << at;
    };
    // Its last LF is where what follows begins.
    for (std::size_t at = 0; at + 1 < head; ++at) {
      for (const char* more : {"7", "x", " ", "\n", "abcdefgh"}) {
        auto text = good;
        text.insert(at, more);
        expect_whole(text, at);
      }
      auto text = good;
      text.erase(at, 1);
      expect_whole(text, at);
    }
  }
}

TEST(IndexText, RefusesWhatIsNoIndex) {
  for (std::string_view text : {"", "x\n", "tubepost-index 3 0 1 1 1 1 0 0 0 0 0 00000000\n",
                                "tubepost-index 3 7 3 1 1 1 0 0 0 0 0 12345678\n"}) {
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

TEST(IndexText, WhatWasMissedIsKept) {
  maildir::IndexState state;
  const maildir::Missed missed = {{{1, 3}, {7, 7}}, 1000};
  maildir::apply_lines(maildir::lines_missed(missed), state);
  EXPECT_TRUE(state.missed == missed);
  // So many that it takes several lines.
  maildir::Missed many = {{}, 1001};
  for (std::uint32_t uid = 1; uid < 4000; uid += 2) maildir::append_uid(many.uids, uid);
  const auto lines = maildir::lines_missed(many);
  EXPECT_GT(std::count(lines.begin(), lines.end(), '\n'), 1);
  maildir::apply_lines(lines, state);
  EXPECT_TRUE(state.missed == many);
  state.validity = 7;
  EXPECT_TRUE(read(maildir::format_index(state, 2)).missed == many);
  maildir::apply_lines(maildir::lines_missed({}), state);
  EXPECT_TRUE(state.missed == maildir::Missed());
  EXPECT_EQ(state.damaged, 0u);
}

TEST(IndexText, WhatNobodyHasClaimedIsKept) {
  maildir::IndexState state;
  state.validity = 7;
  EXPECT_EQ(maildir::format_index(state, 2).find("\nr "), std::string::npos);
  maildir::apply_lines(maildir::line_recent(5), state);
  EXPECT_EQ(state.recent, 5u);
  EXPECT_EQ(read(maildir::format_index(state, 2)).recent, 5u);
  maildir::apply_lines(maildir::line_recent(0), state);
  EXPECT_EQ(state.recent, 0u);
  EXPECT_EQ(state.damaged, 0u);
}

}  // namespace
}  // namespace index_text_test

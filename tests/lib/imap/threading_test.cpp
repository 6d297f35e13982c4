#include "imap/threading.hpp"

#include <gtest/gtest.h>

namespace threading_test {
namespace {

using imap::Threaded;
using By = imap::Threading::By;

std::string thread(By by, const std::vector<Threaded>& messages) {
  imap::Threading threads(by);
  for (const auto& one : messages) EXPECT_TRUE(threads.add(one));
  return threads.format();
}
std::string thread_by_references(const std::vector<Threaded>& messages) {
  return thread(By::references, messages);
}
std::string thread_by_subject(const std::vector<Threaded>& messages) {
  return thread(By::subject, messages);
}

TEST(Threading, ByReferences) {
  EXPECT_EQ(thread_by_references({}), "");
  EXPECT_EQ(
      thread_by_references(
          {{1, 1, "a", {}, "x", false}, {2, 2, "b", {"a"}, "x", true}, {3, 3, "c", {"a", "b"}, "x", true}}),
      "(1 2 3)");
  // Two that answer one message, and one that stands alone.
  EXPECT_EQ(thread_by_references({{1, 5, "a", {}, "x", false},
                                  {2, 7, "b", {"a"}, "x", true},
                                  {3, 6, "c", {"a"}, "x", true},
                                  {4, 1, "d", {}, "y", false}}),
            "(4)(1 (3)(2))");
  // What they answer is not here: they stay together.
  EXPECT_EQ(thread_by_references({{1, 1, "b", {"a"}, "", false}, {2, 2, "c", {"a"}, "", false}}), "((1)(2))");
  EXPECT_EQ(thread_by_references({{1, 1, "b", {"a"}, "x", false}}), "(1)");
}

TEST(Threading, SubjectsJoinWhatNothingElseDoes) {
  EXPECT_EQ(thread_by_references({{1, 1, "a", {}, "x", false}, {2, 2, "b", {}, "x", true}}), "(1 2)");
  EXPECT_EQ(thread_by_references({{1, 1, "a", {}, "x", false}, {2, 2, "b", {}, "x", false}}), "((1)(2))");
  EXPECT_EQ(thread_by_references({{1, 1, "a", {}, "", false}, {2, 2, "b", {}, "", false}}), "(1)(2)");
}

TEST(Threading, LoopsAndDoublesDoNoHarm) {
  EXPECT_EQ(thread_by_references({{1, 1, "a", {"b"}, "", false}, {2, 2, "b", {"a"}, "", false}}), "(2 1)");
  EXPECT_EQ(thread_by_references({{1, 1, "a", {"a"}, "", false}}), "(1)");
  EXPECT_EQ(thread_by_references({{1, 1, "a", {}, "", false}, {2, 2, "a", {}, "", false}}), "(1)(2)");
}

TEST(Threading, AnIdentifierIsTheSameInQuotes) {
  const struct {
    const char *id, *reference, *out;
  } rows[] = {{"\"01KF8\"@x", "01KF8@x", "(1 2)"}, {"a.b@x", "\"a.b\"@x", "(1 2)"},
              {"\"a\\b\"@x", "ab@x", "(1 2)"},     {"\"a\\\"b\"@x", "\"a\\\"\\b\"@x", "(1 2)"},
              {"\"a\\\"b\"@x", "ab@x", "(1)(2)"},  {"\"a\"@x", "A@x", "(1)(2)"}};
  for (const auto& row : rows)
    EXPECT_EQ(thread_by_references({{1, 1, row.id, {}, "", false}, {2, 2, "c", {row.reference}, "", false}}),
              row.out)
        << row.id << " " << row.reference;
}

TEST(Threading, DeepOnesTakeNoStack) {
  imap::Threading threads(By::references);
  for (std::uint32_t i = 0; i < 300'000; ++i) {
    const auto id = std::to_string(i);
    const auto before = std::to_string(i - 1);
    Threaded one = {i + 1, i, id, {}, "", false};
    if (i > 0) one.references = {before};
    ASSERT_TRUE(threads.add(one));
  }
  const auto out = threads.format();
  EXPECT_TRUE(out.starts_with("(1 2 3 "));
  EXPECT_TRUE(out.ends_with(" 300000)"));
}

// Who sends them says how many others they name, and how long these names are.
TEST(Threading, TakesNoMoreRoomThanItIsGiven) {
  const auto room_for = [](std::size_t each, std::size_t octets, bool same) {
    imap::Threading threads(By::references, 1'000'000);
    std::uint32_t count = 0;
    while (count < 10'000) {
      const auto id = std::to_string(++count) + "@x";
      std::vector<std::string> names;
      for (std::size_t i = 0; i < each; ++i)
        names.push_back(std::to_string(same ? i : count * each + i) + std::string(octets, 'y'));
      if (!threads.add({count, 1, id, {names.begin(), names.end()}, "x", false})) break;
    }
    return count;
  };
  EXPECT_EQ(room_for(20, 10, true), 10'000u);
  EXPECT_EQ(room_for(0, 0, false), 10'000u);
  EXPECT_LE(room_for(20, 10, false), 1'000'000u / 20 / 200);
  EXPECT_LE(room_for(20, 900, false), 1'000'000u / 20 / 1000);
}

TEST(Threading, ItsOwnReferencesSayMoreThanThoseOfOthers) {
  // The third says that the second answers the first; the second knows better.
  EXPECT_EQ(
      thread_by_references(
          {{1, 1, "a", {}, "p", false}, {3, 3, "c", {"a", "b"}, "q", false}, {2, 2, "b", {"d"}, "r", false}}),
      "(1)(2 3)");
  // Where that would be a loop, it has no parent.
  EXPECT_EQ(
      thread_by_references(
          {{1, 1, "a", {}, "p", false}, {3, 3, "c", {"a", "b"}, "q", false}, {2, 2, "b", {"c"}, "r", false}}),
      "(1)(2 3)");
  // Nor where it names none, or itself.
  for (const std::vector<std::string_view>& references :
       {std::vector<std::string_view>{}, {"b"}, {"d", "b"}}) {
    EXPECT_EQ(thread_by_references({{1, 1, "a", {}, "p", false},
                                    {3, 3, "c", {"a", "b"}, "q", false},
                                    {2, 2, "b", references, "r", false}}),
              "(1)(2 3)");
  }
}

TEST(Threading, BySubject) {
  EXPECT_EQ(thread_by_subject({{1, 3, "", {}, "x", false},
                               {2, 2, "", {}, "x", true},
                               {3, 1, "", {}, "a", false},
                               {4, 9, "", {}, "x", true}}),
            "(3)(2 (1)(4))");
}

}  // namespace
}  // namespace threading_test

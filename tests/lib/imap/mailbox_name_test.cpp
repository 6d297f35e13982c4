#include "imap/mailbox_name.hpp"

#include <gtest/gtest.h>

#include <random>

namespace mailbox_name_test {
namespace {

bool matches(std::string_view pattern, std::string_view name) {
  return imap::Pattern(pattern).matches(name);
}

TEST(MailboxName, WireAndUtf8) {
  EXPECT_EQ(imap::decode_mailbox_name("inbox").value(), "INBOX");
  EXPECT_EQ(imap::decode_mailbox_name("Inbox.x").value(), "INBOX.x");
  EXPECT_EQ(imap::decode_mailbox_name("inboxes").value(), "inboxes");
  EXPECT_EQ(imap::decode_mailbox_name("&APw-").value(), "\xc3\xbc");
  EXPECT_EQ(imap::decode_mailbox_name("\xc3\xbc").value(), "\xc3\xbc");
  EXPECT_EQ(imap::decode_mailbox_name("a&b").value(), "a&b");
  EXPECT_FALSE(imap::decode_mailbox_name("\xff"));
  EXPECT_EQ(imap::encode_mailbox_name("\xc3\xbc&"), "&APw-&-");
}

TEST(MailboxName, Patterns) {
  const struct {
    const char* pattern;
    const char* name;
    bool wanted;
  } rows[] = {{"*", "a.b", true},       {"%", "a.b", false},    {"%", "a", true},     {"a.%", "a.b", true},
              {"a.%", "a.b.c", false},  {"a*c", "a.b.c", true}, {"a%c", "abc", true}, {"a%c", "a.c", false},
              {"", "", true},           {"", "a", false},       {"%.%", "a.b", true}, {"*b", "a.b", true},
              {"INBOX", "INBOX", true}, {"a", "ab", false},     {"%*", "a.b", true}};
  for (const auto& row : rows)
    EXPECT_EQ(matches(row.pattern, row.name), row.wanted) << row.pattern << " " << row.name;
  EXPECT_FALSE(matches(std::string(200, '*') + "b", std::string(200, 'a')));
}

/// As the definition has it: `*` is any text, `%` any without a level.
bool by_definition(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*' || pattern[0] == '%') {
    if (by_definition(pattern.substr(1), name)) return true;
    return !name.empty() && (pattern[0] == '*' || name[0] != '.') && by_definition(pattern, name.substr(1));
  }
  return !name.empty() && pattern[0] == name[0] && by_definition(pattern.substr(1), name.substr(1));
}

TEST(MailboxName, PatternsAreAsTheDefinitionHasThem) {
  std::mt19937 random(1);
  const auto text = [&](std::string_view letters, std::size_t most) {
    std::string out;
    for (auto left = random() % (most + 1); left > 0; --left) out += letters[random() % letters.size()];
    return out;
  };
  int hits = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto pattern = text("ab.*%", 7);
    const auto name = text("ab.", 7);
    const bool wanted = by_definition(pattern, name);
    hits += wanted ? 1 : 0;
    ASSERT_EQ(matches(pattern, name), wanted) << pattern << " " << name;
    // Beyond one word of places.
    const std::string long_one(60 + i % 9, 'b');
    ASSERT_EQ(matches(long_one + pattern, long_one + name), wanted) << pattern << " " << name;
  }
  EXPECT_GT(hits, 1000);
}

TEST(MailboxName, InboxHasNoCaseInPatternsEither) {
  for (const char* pattern : {"inbox", "InBoX*", "iNbOx%", "*bOX", "%"})
    EXPECT_TRUE(matches(pattern, "INBOX")) << pattern;
  EXPECT_TRUE(matches("inbox.sent", "INBOX.sent"));
  EXPECT_FALSE(matches("inbox.SENT", "INBOX.sent"));
  EXPECT_FALSE(matches("inboxes", "INBOXES"));
}

}  // namespace
}  // namespace mailbox_name_test

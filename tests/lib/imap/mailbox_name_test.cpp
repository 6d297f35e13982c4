#include "imap/mailbox_name.hpp"

#include <gtest/gtest.h>

namespace {

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
    EXPECT_EQ(imap::matches(row.pattern, row.name), row.wanted) << row.pattern << " " << row.name;
  EXPECT_FALSE(imap::matches(std::string(200, '*') + "b", std::string(200, 'a')));
}

TEST(MailboxName, InboxHasNoCaseInPatternsEither) {
  for (const char* pattern : {"inbox", "InBoX*", "iNbOx%", "*bOX", "%"})
    EXPECT_TRUE(imap::matches(pattern, "INBOX")) << pattern;
  EXPECT_TRUE(imap::matches("inbox.sent", "INBOX.sent"));
  EXPECT_FALSE(imap::matches("inbox.SENT", "INBOX.sent"));
  EXPECT_FALSE(imap::matches("inboxes", "INBOXES"));
}

}  // namespace

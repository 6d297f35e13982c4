#include "maildir/foreign_names.hpp"

#include <gtest/gtest.h>

namespace foreign_names_test {
namespace {

using Names = std::vector<std::string>;

TEST(ForeignNames, AreModifiedUtf7AsAnEncoderWritesIt) {
  EXPECT_EQ(maildir::foreign_name("B&APw-cher"),
            "B\xc3\xbc"
            "cher");
  EXPECT_EQ(maildir::foreign_name("R&-D"), "R&D");
  EXPECT_EQ(maildir::foreign_name("Bu&Awg-cher"),
            "B\xc3\xbc"
            "cher")
      << "in the form that clients ask for";
  for (const char* name : {"plain", "R&D", "A&AGE-", "B&APw", "&2AA-", "B\xc3\xbc&-", "a&AC4-b"})
    EXPECT_EQ(maildir::foreign_name(name), std::nullopt) << name;
}

TEST(ForeignNames, SubscriptionsOfDovecot) {
  EXPECT_EQ(maildir::parse_dovecot_subscriptions("V\t2\n\nINBOX\nEntw&APw-rfe\nwork\told\n"),
            (Names{"INBOX", "Entw\xc3\xbcrfe", "work.old"}));
  EXPECT_EQ(maildir::parse_dovecot_subscriptions("Sent\r\nwork.old"), (Names{"Sent", "work.old"}));
  EXPECT_EQ(maildir::parse_dovecot_subscriptions(""), Names{});
}

TEST(ForeignNames, SubscriptionsOfCourier) {
  EXPECT_EQ(maildir::parse_courier_subscriptions("INBOX\nINBOX.Sent\nINBOX.Entw&APw-rfe.a\n"),
            (Names{"INBOX", "Sent", "Entw\xc3\xbcrfe.a"}));
}

}  // namespace
}  // namespace foreign_names_test

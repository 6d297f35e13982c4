#include "serve/imap_quota.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "maildir/deliver.hpp"
#include "serve/imap_mailbox.hpp"
#include "serve/imap_store.hpp"
#include "talk.hpp"

namespace imap_quota_test {
namespace {

struct Site {
  Directory directory;
  std::string maildir = directory.path() + "/Maildir";
  serve::MaildirStore store{maildir, "mx.test"};
  maildir::Folders folders{maildir};
  Site() {
    EXPECT_TRUE(maildir::make(maildir));
    EXPECT_TRUE(store.append("INBOX", {{{}, {}, "0123456789"}, {{}, {}, "0123456789ABCDEF"}}));
  }
  void begin() { std::ofstream(maildir + "/maildirsize") << "1000S\n26 2\n"; }
  std::string sums() const {
    std::ostringstream out;
    out << std::ifstream(maildir + "/maildirsize").rdbuf();
    return out.str();
  }
};

const maildir::Flags none = {};
const maildir::Flags gone = {maildir::deleted, {}};

TEST(ImapQuota, WhatIsMarkedAsDeletedCountsNoMore) {
  Site site;
  site.begin();
  auto inbox = serve::open_imap_folder(site.folders, "INBOX").value();
  serve::QuotaCount count(site.folders, inbox);
  count.change(1, none, gone);
  count.change(2, gone, none);
  count.settle();
  EXPECT_EQ(site.sums(), "1000S\n26 2\n16 1\n-10 -1\n");
}

TEST(ImapQuota, WithoutASumNothingIsCounted) {
  Site site;
  auto inbox = serve::open_imap_folder(site.folders, "INBOX").value();
  serve::QuotaCount count(site.folders, inbox);
  count.change(1, none, gone);
  count.settle();
  EXPECT_EQ(site.sums(), "");
}

TEST(ImapQuota, CopiesCountUnlessTheyGoToTrash) {
  Site site;
  site.begin();
  ASSERT_TRUE(site.folders.create("Trash"));
  const auto inbox = serve::open_imap_folder(site.folders, "INBOX").value();
  for (const char* name : {"Trash", "INBOX"}) {
    const auto target = serve::open_imap_folder(site.folders, name).value();
    serve::QuotaCount count(site.folders, target);
    count.copied(inbox, {1, 2, 9});
    count.settle();
  }
  EXPECT_EQ(site.sums(), "1000S\n26 2\n26 2\n");
}

// RFC 3502: all or none, and none counts nothing.
TEST(ImapQuota, WhatIsTakenBackWasNeverCounted) {
  Site site;
  site.begin();
  const imap::Flags bad = {0, std::vector<std::string>(65, "k")};
  EXPECT_FALSE(site.store.append("INBOX", {{{}, {}, "0123456789"}, {bad, {}, "0123456789"}}));
  EXPECT_EQ(site.sums(), "1000S\n26 2\n");
  EXPECT_TRUE(site.store.append("INBOX", {{{}, {}, "0123456789"}, {{}, {}, "0123456789"}}));
  EXPECT_EQ(site.sums(), "1000S\n26 2\n20 2\n");
}

TEST(ImapQuota, AChangeThatIsRefusedMakesNoRoom) {
  Site site;
  site.begin();
  const auto inbox = site.store.open("INBOX", false).value();
  ASSERT_TRUE(inbox->refresh());
  imap::Flags many = {imap::deleted, {}};
  for (int i = 0; i < 65; ++i) many.keywords.push_back("k" + std::to_string(100 + i));
  EXPECT_FALSE(inbox->store({1, 2}, imap::Change::add, many, std::nullopt));
  EXPECT_EQ(site.sums(), "1000S\n26 2\n");
  EXPECT_TRUE(inbox->store({1, 2}, imap::Change::add, {imap::deleted, {}}, std::nullopt));
  EXPECT_EQ(site.sums(), "1000S\n26 2\n-26 -2\n");
}

TEST(ImapQuota, WhatReplacesTheSameNeedsNoRoom) {
  Site site;
  serve::MaildirStore full(site.maildir, "mx.test", {26, 2});
  EXPECT_TRUE(full.has_room(0, 0).value());
  EXPECT_FALSE(full.has_room(1, 0).value());
  EXPECT_FALSE(full.has_room(0, 1).value());
  serve::MaildirStore roomy(site.maildir, "mx.test", {27, 2});
  EXPECT_TRUE(roomy.has_room(1, 0).value());
}

}  // namespace
}  // namespace imap_quota_test

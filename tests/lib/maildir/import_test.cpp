#include "maildir/import.hpp"

#include <gtest/gtest.h>

#include "looking.hpp"
#include "temporary.hpp"

namespace import_test {
namespace {

void write(const Temporary& site, const std::string& name, const std::string& text) {
  std::ofstream(site.box() + "/" + name) << text;
}

TEST(Import, DovecotsUidsUidvalidityAndKeywordsAreKept) {
  const Temporary site;
  site.put("cur/1.a:2,Sab");
  site.put("cur/2.b,S=3,W=4:2,c");
  site.put("new/3.c");
  site.put("new/4.d");
  write(site, "dovecot-uidlist",
        "3 V1275660208 N25022 G3085f01b7f11094c501100008c4a11c1\n"
        "25006 W1394 :1.a:2,S\n25017 :2.b,S=3,W=4\n25018 S7 W9 :9.gone\n25019 :3.c\n");
  write(site, "dovecot-keywords", "0 $Junk\n2 Work\n1 Later\n");
  auto folder = maildir::Folder::open(site.box(), validity(9)).value();
  EXPECT_EQ(folder.state().validity, 1275660208u);
  look(folder);
  EXPECT_EQ(uids(folder), (Uids{25006, 25017, 25019, 25022}));
  EXPECT_EQ(folder.state().find(25006)->flags, (maildir::Flags{maildir::seen, {"$Junk", "Later"}}));
  EXPECT_EQ(folder.state().find(25017)->flags, (maildir::Flags{0, {"Work"}}));
  EXPECT_EQ(folder.state().find(25017)->size, 4u);
  EXPECT_EQ(folder.state().find(25022)->base, "4.d");
  EXPECT_EQ(folder.mailbox_id(), "F9");
  EXPECT_TRUE(site.has("cur/1.a:2,Sab"));
}

TEST(Import, CouriersUidsUidvalidityAndKeywordsAreKept) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  site.put("cur/2.b:2,");
  write(site, "courierimapuiddb", "1 1000000 12\n3 2.b\n11 1.a\n");
  std::filesystem::create_directory(site.box() + "/courierimapkeywords");
  write(site, "courierimapkeywords/:list", "$Forwarded\nWork\n\n2.b:1 0\n");
  auto folder = maildir::Folder::open(site.box(), validity(9)).value();
  look(folder);
  EXPECT_EQ(folder.state().validity, 1000000u);
  EXPECT_EQ(folder.state().uid_next, 12u);
  EXPECT_EQ(folder.state().find(3)->flags, (maildir::Flags{0, {"$Forwarded", "Work"}}));
  EXPECT_EQ(folder.state().find(11)->base, "1.a");
}

TEST(Import, WhatIsNotUnderstoodIsLeftAlone) {
  for (const char* text :
       {"", "4 V7 N8\n", "3 N8\n1 :1.a\n", "3 V0 N8\n", "x", "1 7\n", "1 0 5\n", "1 7 0\n"}) {
    EXPECT_FALSE(maildir::parse_dovecot_uids(text)) << text;
  }
  const auto odd =
      maildir::parse_dovecot_uids("3 V7\n5 :a\n5 :b\n0 :c\n4 :d\nz :e\n6\n:\n \n4294967295 :f\n8 W1 :\n")
          .value();
  EXPECT_EQ(odd.validity, 7u);
  EXPECT_EQ(odd.uid_next, 6u);
  EXPECT_EQ(odd.uids.size(), 2u);
  EXPECT_EQ(odd.uids.at("a"), 5u);
  EXPECT_EQ(odd.uids.at("d"), 4u);
  EXPECT_EQ(maildir::parse_dovecot_keywords("1 b\n99 x\nq\n0 a\n"), (std::vector<std::string>{"a", "b"}));
}

TEST(Import, AnIndexThatIsLostGivesNoUidOutAgain) {
  for (const bool deleted : {true, false}) {
    const Temporary site;
    site.put("cur/1.a:2,S");
    write(site, "dovecot-uidlist", "3 V77 N5\n4 :1.a\n");
    {
      auto folder = maildir::Folder::open(site.box(), validity(9)).value();
      site.put("new/2.b");
      look(folder);
      EXPECT_EQ(uids(folder), (Uids{4, 5}));
    }
    if (deleted) std::filesystem::remove(site.box() + "/tubepost-index");
    if (!deleted) std::filesystem::resize_file(site.box() + "/tubepost-index", 0);
    site.put("new/3.c");
    auto folder = maildir::Folder::open(site.box(), validity(9)).value();
    EXPECT_EQ(folder.state().validity, 78u);
    look(folder);
    EXPECT_EQ(folder.state().records.size(), 3u);
  }
}

TEST(Import, IsDoneOnceOnly) {
  const Temporary site;
  site.put("cur/1.a:2,");
  write(site, "dovecot-uidlist", "3 V77 N5\n4 :1.a\n");
  (void)maildir::Folder::open(site.box(), validity(9)).value();
  write(site, "dovecot-uidlist", "3 V78 N50\n40 :1.a\n");
  auto again = maildir::Folder::open(site.box(), validity(9)).value();
  EXPECT_EQ(again.state().validity, 77u);
  EXPECT_EQ(uids(again), Uids{4});
}

}  // namespace
}  // namespace import_test

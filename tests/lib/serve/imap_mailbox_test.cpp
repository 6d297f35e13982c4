#include "serve/imap_mailbox.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "fs/lock.hpp"
#include "maildir/deliver.hpp"
#include "talk.hpp"

namespace imap_mailbox_test {
namespace {

using Uids = std::vector<std::uint32_t>;

struct Site {
  Directory directory;
  maildir::Folders folders{directory.path() + "/Maildir"};
  Site() { EXPECT_TRUE(maildir::make(directory.path() + "/Maildir")); }
  std::string at(const std::string& name) const { return directory.path() + "/Maildir/" + name; }
  void put(const std::string& name, const std::string& text = "Subject: x\n\nx\n") const {
    std::ofstream(at(name)) << text;
  }
  std::unique_ptr<serve::MaildirMailbox> open(bool read_only = false,
                                              const std::string& name = "INBOX") const {
    auto out = std::make_unique<serve::MaildirMailbox>(serve::open_imap_folder(folders, name).value(),
                                                       folders, read_only, "mx.test");
    EXPECT_TRUE(out->refresh());
    return out;
  }
  std::size_t seen() const {
    std::size_t out = 0;
    for (const auto& file : std::filesystem::directory_iterator(at("cur")))
      out += file.path().native().ends_with(":2,S") ? 1 : 0;
    return out;
  }
};

Uids uids(const imap::Mailbox& mailbox) {
  return mailbox.outline().uids;
}

TEST(ImapMailbox, TextHasTheLineEndsOfTheWire) {
  const Site site;
  site.put("cur/1.a:2,", "A: b\n\nx\n");
  const auto mailbox = site.open();
  EXPECT_EQ(mailbox->text(1, false).value(), "A: b\r\n\r\nx\r\n");
  EXPECT_EQ(mailbox->text(1, true).value(), "A: b\r\n\r\n");
  EXPECT_EQ(mailbox->stored(1).value(), "A: b\n\nx\n");
  EXPECT_EQ(mailbox->size(1).value(), 11u);
}

// A lock for each would be taken 100 000 times, and what others changed would turn up on the way.
TEST(ImapMailbox, SizesThatWereFoundOutAreNotedTogether) {
  for (const bool read_only : {false, true}) {
    const Site site;
    for (const char* name : {"1.a", "2.b", "3.c"}) site.put("cur/" + std::string(name) + ":2,");
    const auto mailbox = site.open(read_only);
    const auto before = std::filesystem::file_size(site.at("tubepost-index"));
    {
      const auto lock = fs::try_lock(site.at("tubepost-lock"), "busy");
      ASSERT_TRUE(lock);
      for (int i = 0; i < 2; ++i) {
        for (const auto uid : uids(*mailbox)) EXPECT_EQ(mailbox->size(uid).value(), 17u);
      }
      mailbox->tidy();
    }
    EXPECT_EQ(std::filesystem::file_size(site.at("tubepost-index")), before);
    mailbox->tidy();
    const auto folder = serve::open_imap_folder(site.folders, "INBOX").value();
    for (const auto uid : uids(*mailbox)) EXPECT_EQ(folder.state().find(uid)->size, 17u);
  }
}

TEST(ImapMailbox, WhereAPieceEndsNothingIsLost) {
  // What is read at once: of a header 4 KiB, of a message 64 KiB.
  for (const std::size_t piece : {4u * 1024, 8u * 1024, 64u * 1024}) {
    for (std::size_t before = piece - 5; before <= piece + 1; ++before) {
      const Site site;
      const std::string x(before, 'x');
      site.put("cur/1.a:2,", x + "\n\nbody\n");
      site.put("cur/2.b:2,", x + "\r\n\r\nbody\r\n");
      const auto mailbox = site.open();
      for (const std::uint32_t uid : {1u, 2u}) {
        EXPECT_EQ(mailbox->text(uid, true).value(), x + "\r\n\r\n") << before;
        EXPECT_EQ(mailbox->text(uid, false).value(), x + "\r\n\r\nbody\r\n") << before;
      }
    }
  }
}

TEST(ImapMailbox, OnlyTheFirstSessionIsToldThatAMessageIsRecent) {
  const Site site;
  site.put("new/1.a");
  const auto recent = [](const imap::Mailbox& mailbox) { return mailbox.find(1)->recent; };
  EXPECT_TRUE(recent(*site.open(true)));
  EXPECT_TRUE(std::filesystem::exists(site.at("new/1.a")));
  const auto first = site.open();
  EXPECT_TRUE(recent(*first));
  EXPECT_TRUE(std::filesystem::exists(site.at("cur/1.a:2,")));
  EXPECT_FALSE(recent(*site.open()));
  EXPECT_FALSE(recent(*site.open(true)));
  EXPECT_TRUE(recent(*first));
}

TEST(ImapMailbox, StoreLeavesAloneWhatHasChangedSince) {
  const Site site;
  site.put("cur/1.a:2,");
  site.put("cur/2.b:2,");
  const auto mailbox = site.open();
  const auto before = mailbox->highest_modseq();
  EXPECT_EQ(mailbox->store({1}, imap::Change::add, {imap::seen, {"$k"}}, {}).value(), Uids{});
  EXPECT_EQ(mailbox->find(1)->flags, (imap::Flags{imap::seen, {"$k"}}));
  EXPECT_GT(mailbox->find(1)->modseq, before);
  EXPECT_TRUE(std::filesystem::exists(site.at("cur/1.a:2,S")));
  EXPECT_EQ(mailbox->store({1, 2, 9}, imap::Change::replace, {imap::flagged, {}}, before).value(), Uids{1});
  EXPECT_EQ(mailbox->find(1)->flags, (imap::Flags{imap::seen, {"$k"}}));
  EXPECT_EQ(mailbox->find(2)->flags, (imap::Flags{imap::flagged, {}}));
  EXPECT_EQ(mailbox->store({1}, imap::Change::remove, {0, {"$k"}}, mailbox->highest_modseq()).value(),
            Uids{});
  EXPECT_EQ(mailbox->find(1)->flags, (imap::Flags{imap::seen, {}}));
}

TEST(ImapMailbox, StoreSeesWhatOtherProgramsDidToTheName) {
  const Site site;
  site.put("cur/1.a:2,");
  const auto mailbox = site.open();
  const auto before = mailbox->highest_modseq();
  std::filesystem::rename(site.at("cur/1.a:2,"), site.at("cur/1.a:2,R"));
  EXPECT_EQ(mailbox->store({1}, imap::Change::add, {imap::seen, {}}, before).value(), Uids{1});
  EXPECT_EQ(mailbox->find(1)->flags.system, unsigned{imap::answered});
}

TEST(ImapMailbox, WhatIsExpungedHasVanished) {
  const Site site;
  for (const char* name : {"cur/1.a:2,T", "cur/2.b:2,", "cur/3.c:2,T"}) site.put(name);
  const auto mailbox = site.open();
  const auto before = mailbox->highest_modseq();
  EXPECT_EQ(mailbox->expunge({1, 2}).value(), Uids{1});
  EXPECT_EQ(uids(*mailbox), (Uids{2, 3}));
  EXPECT_EQ(mailbox->vanished_since(before), (imap::Ranges{{1, 1}}));
  EXPECT_EQ(mailbox->vanished_since(mailbox->highest_modseq()), imap::Ranges{});
  EXPECT_EQ(mailbox->uid_next(), 4u);
  for (const auto& code : {mailbox->text(1, false).error().code, mailbox->size(1).error().code,
                           mailbox->email_id(1).error().code})
    EXPECT_EQ(code, base::Exit::no_input);
}

TEST(ImapMailbox, ACopyIsTheSameMessageElsewhere) {
  const Site site;
  site.put("cur/1.a:2,S");
  ASSERT_TRUE(site.folders.create("a"));
  const auto mailbox = site.open();
  const auto placed = mailbox->copy({1}, "a").value();
  const auto copy = site.open(false, "a");
  EXPECT_EQ(placed.validity, copy->validity());
  EXPECT_EQ(placed.uids, uids(*copy));
  EXPECT_EQ(copy->find(1)->flags.system, unsigned{imap::seen});
  EXPECT_EQ(copy->email_id(1).value(), mailbox->email_id(1).value());
  EXPECT_NE(copy->id(), mailbox->id());
  EXPECT_EQ(mailbox->copy({1}, "none").error().code, base::Exit::no_input);
  EXPECT_EQ(mailbox->copy({1}, "../a").error().code, base::Exit::data);
}

TEST(ImapMailbox, NamesThatWereToFollowFollow) {
  constexpr std::size_t count = maildir::names_at_once + 6;
  for (const bool stays : {true, false}) {
    const Site site;
    for (std::size_t i = 0; i < count; ++i) site.put("cur/" + std::to_string(i) + ":2,");
    auto mailbox = site.open();
    ASSERT_TRUE(mailbox->store(uids(*mailbox), imap::Change::add, {imap::seen, {}}, {}));
    EXPECT_LT(site.seen(), count);
    if (stays) {
      mailbox->tidy();
    } else {
      mailbox.reset();
    }
    EXPECT_EQ(site.seen(), count);
  }
}

TEST(ImapMailbox, OnlyAFolderThatIsThereIsOpened) {
  const Site site;
  const std::pair<const char*, base::Exit> rows[] = {{"none", base::Exit::no_input},
                                                     {"../x", base::Exit::data}};
  for (const auto& [name, code] : rows)
    EXPECT_EQ(serve::open_imap_folder(site.folders, name).error().code, code) << name;
  std::filesystem::create_directories(site.at(".half/cur"));
  EXPECT_TRUE(serve::open_imap_folder(site.folders, "half"));
  EXPECT_TRUE(std::filesystem::exists(site.at(".half/new")));
}

TEST(ImapMailbox, NewNamesAreNeverTheSame) {
  EXPECT_NE(serve::new_imap_name("mx.test").value(), serve::new_imap_name("mx.test").value());
  EXPECT_NE(serve::new_imap_name("mx.test")->find("mx.test"), std::string::npos);
}

TEST(ImapMailbox, WhatWasKeptIsKnownToSessionsToCome) {
  const Site site;
  site.put("cur/1.a:2,");
  {
    const auto first = site.open();
    EXPECT_EQ(first->known(1, imap::Fact::envelope), std::nullopt);
    first->keep(1, imap::Fact::envelope, "(one)");
    first->keep(1, imap::Fact::gist, "two");
    ASSERT_TRUE(first->refresh());
    EXPECT_EQ(first->known(1, imap::Fact::envelope), "(one)");
  }
  const auto second = site.open();
  EXPECT_EQ(second->known(1, imap::Fact::envelope), "(one)");
  EXPECT_EQ(second->known(1, imap::Fact::gist), "two");
  EXPECT_EQ(second->known(1, imap::Fact::preview), std::nullopt);
  second->rest();
  EXPECT_EQ(second->known(1, imap::Fact::gist), "two");
  std::filesystem::remove(site.at("tubepost-cache"));
  EXPECT_EQ(site.open()->known(1, imap::Fact::gist), std::nullopt);
}

TEST(ImapMailbox, NothingIsKnownOfAMailboxThatWasRebuilt) {
  const Site site;
  site.put("cur/1.a:2,");
  site.open()->keep(1, imap::Fact::envelope, "(one)");
  EXPECT_TRUE(std::filesystem::exists(site.at("tubepost-cache")));
  std::filesystem::remove(site.at("tubepost-index"));
  EXPECT_EQ(site.open()->known(1, imap::Fact::envelope), std::nullopt);
}

TEST(ImapMailbox, ItsVersionChangesWithWhatItShows) {
  const Site site;
  site.put("cur/1.a:2,");
  site.put("cur/2.b:2,");
  const auto mailbox = site.open();
  auto version = mailbox->version();
  const auto changes = [&] {
    EXPECT_TRUE(mailbox->refresh());
    const auto before = version;
    version = mailbox->version();
    return before != version;
  };
  EXPECT_FALSE(changes());
  const auto modseq = mailbox->highest_modseq();
  ASSERT_TRUE(mailbox->store({2}, imap::Change::add, {imap::deleted, {"$k"}}, {}));
  EXPECT_TRUE(changes());
  EXPECT_EQ(mailbox->changed_since(modseq), Uids{2});
  EXPECT_EQ(mailbox->keywords(), std::vector<std::string>{"$k"});
  EXPECT_FALSE(changes());
  ASSERT_TRUE(site.open()->expunge({2}));
  EXPECT_TRUE(changes());
  EXPECT_EQ(mailbox->find(2), nullptr);
  site.put("new/3.c");
  EXPECT_TRUE(changes());
  EXPECT_EQ(mailbox->outline().uids, (Uids{1, 3}));
  EXPECT_EQ(mailbox->outline().recent, 1u);
  EXPECT_EQ(mailbox->outline().first_unseen, 0u);
}

TEST(ImapMailbox, WhatIsStoredStaysThereWhileOtherThingsAreAsked) {
  const Site site;
  const std::string first = "Subject: one\n\n" + std::string(300'000, 'a') + "\n";
  site.put("cur/1.a:2,", first);
  site.put("cur/2.b:2,", std::string(1'000'000, 'b') + "\n");
  const auto mailbox = site.open();
  const auto stored = mailbox->stored(1).value();
  EXPECT_EQ(mailbox->size(2).value(), 1'000'002u);
  EXPECT_EQ(mailbox->size(1).value(), first.size() + 3);
  EXPECT_TRUE(mailbox->text(2, false));
  EXPECT_TRUE(mailbox->email_id(2));
  mailbox->keep(1, imap::Fact::gist, "x");
  EXPECT_EQ(stored, first);
}

TEST(ImapMailbox, ADamagedRowDoesNotHideWhatHasChangedSince) {
  const Site site;
  for (const char* name : {"1.a", "2.b", "3.c", "4.d"}) site.put("cur/" + std::string(name) + ":2,");
  std::uint64_t modseq = 0;
  {
    const auto mailbox = site.open();
    modseq = mailbox->highest_modseq();
    ASSERT_TRUE(mailbox->store({4}, imap::Change::add, {0, {"k"}}, {}));
    std::ofstream(site.at("tubepost-index"), std::ios::app) << "torn";
    ASSERT_TRUE(mailbox->store({4}, imap::Change::add, {0, {"l"}}, {}));
  }
  std::string text = [&] {
    std::ifstream file(site.at("tubepost-index"));
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  text[text.find("cur/3.c") + 4] ^= 1;
  std::ofstream(site.at("tubepost-index")) << text;
  // No look has shown the damage: the directories are as the index knows them.
  auto folder = serve::open_imap_folder(site.folders, "INBOX").value();
  serve::MaildirMailbox mailbox(std::move(folder), site.folders, false, "mx.test");
  EXPECT_EQ(mailbox.store({3, 4}, imap::Change::add, {imap::seen, {}}, modseq).value(), Uids{4});
  EXPECT_EQ(mailbox.find(4)->flags.system, 0u);
}

}  // namespace
}  // namespace imap_mailbox_test

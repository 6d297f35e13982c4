#include "spool/queue.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <numeric>

#include "spool/id.hpp"
#include "spool/writer.hpp"

namespace queue_test {
namespace {

class QueueTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(path_.data()), nullptr);
    mkdir((path_ + "/queue").c_str(), 0700);
    for (const char digit : std::string("0123456789abcdef")) mkdir((path_ + "/queue/" + digit).c_str(), 0700);
  }
  void TearDown() override { EXPECT_EQ(system(("rm -rf " + path_).c_str()), 0); }

  std::string put(std::string_view message,
                  std::vector<std::string> recipients = {"bob@example.test"}) const {
    auto writer = spool::Writer::create(path_, now, "alice@example.test", recipients).value();
    EXPECT_TRUE(writer.write(message));
    EXPECT_TRUE(writer.commit());
    return writer.id();
  }

  static constexpr std::uint64_t now = 1'700'000'000'123'456;
  std::string path_ = "/tmp/queue.XXXXXX";
};

TEST_F(QueueTest, WhatWasCommittedIsReadBack) {
  const std::string text = "Subject: x\n\n.dots\n" + std::string(300'000, 'y') + std::string("\0\n", 2);
  const auto id = put(text, {"bob@example.test", "carol@other.test"});
  const spool::Queue queue(path_);
  const auto entries = queue.scan().value();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0], (spool::Entry{1'700'000'000, id, "example.test"}));
  auto message = queue.open(entries[0]).value();
  EXPECT_EQ(message.envelope.sender, "alice@example.test");
  ASSERT_EQ(message.envelope.recipients.size(), 2U);
  EXPECT_EQ(message.envelope.recipients[1].address, "carol@other.test");
  EXPECT_EQ(spool::Queue::read(message, 0, UINT64_MAX).value(), text);
}

TEST_F(QueueTest, MarksNotesAndDeferralsLast) {
  put("x\n", {"bob@example.test", "carol@other.test"});
  const spool::Queue queue(path_);
  const auto entry = queue.scan().value().at(0);
  auto message = queue.open(entry).value();
  ASSERT_TRUE(spool::Queue::mark(message, 1, spool::Status::done));
  ASSERT_TRUE(spool::Queue::note(message, "451 try\nlater"));
  const auto later = queue.defer(entry, 1'700'001'800).value();
  EXPECT_EQ(queue.scan().value(), std::vector<spool::Entry>{later});
  EXPECT_EQ(queue.open(entry).error().code, base::Exit::no_input);
  const auto again = queue.open(later).value();
  EXPECT_EQ(again.envelope.recipients[0].status, spool::Status::todo);
  EXPECT_EQ(again.envelope.recipients[1].status, spool::Status::done);
  EXPECT_TRUE(fs::read_all(queue.path(later), 10'000).value().ends_with("\n451 try\\nlater\n"));
  ASSERT_TRUE(queue.remove(later));
  EXPECT_TRUE(queue.scan().value().empty());
}

TEST_F(QueueTest, SeveralAreMarkedAtOnceAndAgain) {
  put("x\n", {"a@b.test", "c@d.test", "e@f.test"});
  const spool::Queue queue(path_);
  const auto entry = queue.scan().value().at(0);
  auto message = queue.open(entry).value();
  ASSERT_TRUE(spool::Queue::mark_late(message, {0, 2}));
  ASSERT_TRUE(spool::Queue::mark_owed(message, {1}));
  EXPECT_TRUE(message.envelope.recipients[2].late);
  auto read = queue.open(entry).value().envelope.recipients;
  EXPECT_TRUE(read[0].late && read[2].late && read[1].owed);
  EXPECT_EQ(read[0].status, spool::Status::todo);
  ASSERT_TRUE(spool::Queue::mark(message, std::vector<std::size_t>{0, 1}, spool::Status::done));
  read = queue.open(entry).value().envelope.recipients;
  EXPECT_TRUE(!read[0].late && !read[1].owed && read[2].late);
  EXPECT_EQ(read[0].status, spool::Status::done);
}

TEST_F(QueueTest, AMessageThatWasNotCommittedIsGone) {
  {
    auto writer = spool::Writer::create(path_, now, "", {"bob@example.test"}).value();
    ASSERT_TRUE(writer.write(std::string(200'000, 'x')));
    const spool::Queue queue(path_);
    const auto entries = queue.scan().value();
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(queue.open(entries[0]).error().code, base::Exit::data);
  }
  EXPECT_TRUE(spool::Queue(path_).scan().value().empty());
}

TEST_F(QueueTest, AFileCutOrChangedAnywhereIsNeverDelivered) {
  put("Subject: x\n\nbody\n");
  const spool::Queue queue(path_);
  const auto entry = queue.scan().value().at(0);
  const auto whole = fs::read_all(queue.path(entry), 10'000).value();
  const auto body = whole.find("Subject");
  const auto rewrite = [&](const std::string& text) {
    const auto file = fs::open(queue.path(entry), O_WRONLY | O_TRUNC).value().release();
    EXPECT_TRUE(fs::write_all(file, text));
    close(file);
  };
  for (std::size_t length = 0; length < whole.size(); ++length) {
    rewrite(whole.substr(0, length));
    EXPECT_EQ(queue.open(entry).error().code, base::Exit::data) << length;
  }
  for (std::size_t at = body; at < whole.size(); ++at) {
    auto changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    rewrite(changed);
    EXPECT_FALSE(queue.open(entry)) << at;
  }
  rewrite(whole);
  EXPECT_TRUE(queue.open(entry));
}

/// A file under the name of a message, whatever it holds.
spool::Entry lay(const std::string& spool, std::string_view text) {
  const spool::Entry entry = {1'700'000'000, spool::make_id(1'700'000'000'000'000, 7), "example.test"};
  const auto file = fs::open(spool::Queue(spool).path(entry), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  EXPECT_TRUE(fs::write_all(file->get(), text));
  return entry;
}

TEST_F(QueueTest, ReapsOnlyWhatAWriterThatDiedLeftUnfinished) {
  const spool::Queue queue(path_);
  spool::Envelope begun;
  begun.id = spool::make_id(1'700'000'000'000'000, 7);
  begun.recipients = {{"bob@example.test"}};
  const auto head = spool::format(begun).value();
  for (const auto& left : {std::string(), head.substr(0, 20), head, head + "Subject: half"}) {
    EXPECT_TRUE(queue.reap(lay(path_, left)).value()) << left;
    EXPECT_TRUE(queue.scan().value().empty());
  }
  // Damaged, or with a head beyond what is looked at: it may have been acknowledged.
  for (const auto& kept : {"x" + head + "Subject: whole\n", std::string(spool::envelope_limit + 1, 'x')}) {
    EXPECT_FALSE(queue.reap(lay(path_, kept)).value());
    EXPECT_EQ(queue.scan().value().size(), 1U);
  }
}

TEST_F(QueueTest, QuarantinesOnlyWhatIsDamagedAndNotBeingWritten) {
  const spool::Queue queue(path_);
  put("whole");
  const auto whole = queue.scan().value()[0];
  EXPECT_FALSE(queue.quarantine(whole).value());
  ASSERT_EQ(truncate(queue.path(whole).c_str(), 150), 0);
  const int writer = ::open(queue.path(whole).c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(flock(writer, LOCK_EX), 0);
  EXPECT_FALSE(queue.quarantine(whole).value());
  close(writer);
  EXPECT_TRUE(queue.quarantine(whole).value());
  EXPECT_TRUE(queue.scan().value().empty());
  EXPECT_EQ(access((path_ + "/damaged/" + spool::file_name(whole)).c_str(), F_OK), 0);
  EXPECT_FALSE(queue.quarantine(whole));
}

TEST_F(QueueTest, FindsWhatLiesWhereNobodyLooks) {
  const spool::Queue queue(path_);
  put("whole");
  EXPECT_TRUE(queue.strays().value().empty());
  close(::open((path_ + "/queue/a/core").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  EXPECT_EQ(queue.strays().value(), std::vector<std::string>{"a/core"});
  EXPECT_TRUE(queue.quarantine_stray("a/core"));
  EXPECT_TRUE(queue.strays().value().empty());
}

TEST_F(QueueTest, SeesThatAWriterLives) {
  const spool::Queue queue(path_);
  auto writer = spool::Writer::create(path_, now, "", {"bob@example.test"}).value();
  const auto entry = queue.scan().value().at(0);
  EXPECT_TRUE(queue.is_being_written(entry, now));
  EXPECT_FALSE(queue.reap(entry).value());
  ASSERT_TRUE(writer.commit());
  EXPECT_FALSE(queue.is_being_written(entry, now));
  const auto message = queue.open(entry).value();
  EXPECT_FALSE(spool::Queue::is_being_written(message));
  const auto locked = fs::open(queue.path(entry), O_RDWR).value();
  ASSERT_EQ(flock(locked.get(), LOCK_EX), 0);
  EXPECT_TRUE(spool::Queue::is_being_written(message));
}

TEST_F(QueueTest, AFileThatIsEmptyAndNewIsAboutToBeLocked) {
  const spool::Queue queue(path_);
  const spool::Entry entry = {now / 1'000'000, spool::make_id(now, 1), "x"};
  const auto file = fs::open(queue.path(entry), O_RDWR | O_CREAT, 0600).value();
  EXPECT_TRUE(queue.is_being_written(entry, now));
  EXPECT_TRUE(queue.is_being_written(entry, now + 59'000'000));
  EXPECT_FALSE(queue.is_being_written(entry, now + 60'000'000));
  EXPECT_TRUE(queue.is_being_written(entry, now - 60'000'000));
  EXPECT_FALSE(queue.is_being_written(entry, now - 60'000'001));
  ASSERT_TRUE(fs::write_all(file.get(), "tubepost 1\n"));
  EXPECT_FALSE(queue.is_being_written(entry, now));
}

TEST_F(QueueTest, OneDirectoryThatCannotBeReadHidesNothingInTheOthers) {
  put("x\n");
  const auto bucket = spool::bucket(spool::Queue(path_).scan().value().at(0).id);
  const std::string other = path_ + "/queue/" + (bucket == "0" ? "1" : "0");
  ASSERT_EQ(rmdir(other.c_str()), 0);
  std::vector<base::Error> trouble;
  EXPECT_EQ(spool::Queue(path_).scan_what_can_be_read(trouble).size(), 1U);
  ASSERT_EQ(trouble.size(), 1U);
  EXPECT_NE(trouble[0].what.find(other), std::string::npos);
  EXPECT_FALSE(spool::Queue(path_).scan());
}

TEST_F(QueueTest, WhoIsStillToDoIsFoundBehindManyWhoAreNot) {
  const spool::Queue queue(path_);
  std::vector<std::string> all;
  for (int i = 0; i < 5000; ++i) all.push_back("user" + std::to_string(i) + "@example.test");
  auto writer = spool::Writer::create(path_, now, "a@b.test", all).value();
  ASSERT_TRUE(writer.write("Subject: x\n\nto: todo <x>\n"));
  ASSERT_TRUE(writer.commit());
  const auto entry = queue.scan().value().at(0);
  auto message = queue.open(entry).value();
  EXPECT_EQ(queue.first_to_do(entry, 2).value(), (std::vector<std::string>{all[0], all[1]}));
  for (const std::size_t some : {1, 120, 4999, 5000}) {
    std::vector<std::size_t> done(some);
    std::iota(done.begin(), done.end(), 0);
    ASSERT_TRUE(spool::Queue::mark(message, done, spool::Status::done));
    const auto left = all.begin() + static_cast<std::ptrdiff_t>(some);
    EXPECT_EQ(queue.first_to_do(entry, 2).value(),
              std::vector<std::string>(left, left + std::min<std::ptrdiff_t>(2, all.end() - left)));
  }
}

TEST_F(QueueTest, RefusesAnEnvelopeThatWouldForgeALine) {
  EXPECT_FALSE(spool::Writer::create(path_, now, "a\nto: done <x>", {"b@example.test"}));
  EXPECT_FALSE(spool::Writer::create(path_, now, "", {"b\n@example.test"}));
  EXPECT_FALSE(spool::Writer::create(path_, now, "", {}));
  EXPECT_TRUE(spool::Queue(path_).scan().value().empty());
}

TEST(FileName, HoldsDueTimeIdAndDestination) {
  const auto id = spool::make_id(1'700'000'000'123'456, 5);
  const auto name = spool::file_name({255, id, "bob@EXAMPLE/../test"});
  EXPECT_EQ(name, "00000000ff." + id + ".example_.._test");
  EXPECT_EQ(spool::parse_file_name(name), (spool::Entry{255, id, "example_.._test"}));
  for (const char* wrong :
       {"", ".", "..", "wake", "00000000ff", "00000000ff.short.x", "00000000fg.0000000000000.x",
        "00000000FF.0000000000000.x", "00000000ff.0000000000000.X", "00000000ff.0000000000000.x y",
        "00000000ff.0000000000000.x\n"}) {
    EXPECT_FALSE(spool::parse_file_name(wrong)) << wrong;
  }
  const std::string start = "00000000ff." + id + ".";
  EXPECT_TRUE(spool::parse_file_name(start + std::string(100, 'x')));
  EXPECT_FALSE(spool::parse_file_name(start + std::string(101, 'x')));
}

TEST(Schedule, GrowsAndEnds) {
  EXPECT_EQ(spool::next_due(1000, 1000, 1800, 432000), 2800U);
  EXPECT_EQ(spool::next_due(0, 100'000, 1800, 432000), 150'000U);
  EXPECT_EQ(spool::next_due(0, 400'000, 1800, 432000), 486'400U);
  EXPECT_EQ(spool::next_due(0, 432'000, 1800, 432000), std::nullopt);
}

}  // namespace
}  // namespace queue_test

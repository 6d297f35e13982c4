#include "spool/reading.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include "queued.hpp"

namespace reading_test {
namespace {

void write_at(const std::string& path, std::size_t offset, std::string_view text) {
  const auto file = fs::open(path, O_WRONLY).value();
  ASSERT_TRUE(fs::write_all_at(file.get(), text, static_cast<off_t>(offset)));
}

TEST(Reading, NotesStandBehindTheEndMark) {
  const Queued spool;
  const auto entry = spool.put(1'700'000'000, "alice@x.test", {"bob@far.test"}, "\n-- end of nothing\n");
  const auto fresh = spool::open_unchecked(spool.queue(), entry).value();
  EXPECT_EQ(fresh.envelope.sender, "alice@x.test");
  EXPECT_EQ(spool::read_notes(fresh).value(), "");
  EXPECT_FALSE(spool::damage_of(fresh));
  ASSERT_TRUE(spool::Queue::note(spool.queue().open(entry).value(), "1 bob@far.test deferred x"));
  ASSERT_TRUE(spool::Queue::note(spool.queue().open(entry).value(), "2 bob@far.test deferred y"));
  const auto message = spool::open_unchecked(spool.queue(), entry).value();
  EXPECT_EQ(spool::read_notes(message).value(), "1 bob@far.test deferred x\n2 bob@far.test deferred y\n");
}

TEST(Reading, OfVeryManyNotesTheLast) {
  const Queued spool;
  const auto entry = spool.put(1'700'000'000, "", {"bob@far.test"});
  std::ofstream(spool.queue().path(entry), std::ios::app) << std::string(1 << 20, 'x') << "\nlast\n";
  const auto notes = spool::read_notes(spool::open_unchecked(spool.queue(), entry).value()).value();
  EXPECT_EQ(notes.size(), 256u * 1024);
  EXPECT_TRUE(notes.ends_with("\nlast\n"));
}

TEST(Reading, ALongHead) {
  const Queued spool;
  std::vector<std::string> recipients;
  for (int i = 0; i < 1000; ++i) recipients.push_back(std::to_string(i) + "@far.test");
  const auto entry = spool.put(1'700'000'000, "", recipients);
  EXPECT_EQ(spool::open_unchecked(spool.queue(), entry).value().envelope.recipients.size(), 1000u);
}

TEST(Reading, DamageIsNamed) {
  const Queued spool;
  const auto entry = spool.put(1'700'000'000, "", {"bob@far.test"}, "Subject: look\n");
  const auto path = spool.queue().path(entry);
  const auto whole = spool::open_unchecked(spool.queue(), entry).value().envelope;
  write_at(path, whole.body_offset, "s");
  EXPECT_EQ(spool::damage_of(spool::open_unchecked(spool.queue(), entry).value())->what,
            entry.id + ": the checksum does not fit");
  ASSERT_EQ(truncate(path.c_str(), static_cast<off_t>(whole.body_offset + 5)), 0);
  EXPECT_EQ(spool::damage_of(spool::open_unchecked(spool.queue(), entry).value())->what,
            entry.id + ": cut off");
  write_at(path, whole.length_offset, std::string(spool::length_width, '-'));
  const auto incomplete = spool::open_unchecked(spool.queue(), entry).value();
  EXPECT_EQ(spool::damage_of(incomplete)->what, entry.id + ": incomplete");
  EXPECT_EQ(spool::read_notes(incomplete).value(), "");
  write_at(path, 0, "x");
  EXPECT_EQ(spool::open_unchecked(spool.queue(), entry).error().code, base::Exit::data);
  ASSERT_EQ(unlink(path.c_str()), 0);
  EXPECT_EQ(spool::open_unchecked(spool.queue(), entry).error().code, base::Exit::no_input);
}

TEST(Reading, ALinkIsNotFollowedAndAPipeNotWaitedFor) {
  const Queued spool;
  const auto entry = spool.put(1'700'000'000, "", {"bob@far.test"});
  const auto path = spool.queue().path(entry);
  ASSERT_EQ(rename(path.c_str(), (spool.path() + "/there").c_str()), 0);
  ASSERT_EQ(symlink((spool.path() + "/there").c_str(), path.c_str()), 0);
  EXPECT_FALSE(spool::open_unchecked(spool.queue(), entry));
  ASSERT_EQ(unlink(path.c_str()), 0);
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_FALSE(spool::open_unchecked(spool.queue(), entry));
}

}  // namespace
}  // namespace reading_test

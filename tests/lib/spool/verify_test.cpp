#include "spool/verify.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "queued.hpp"

namespace verify_test {
namespace {

TEST(Verify, TheEndMarkIsWhereTheMessageEnds) {
  const Queued spool;
  const auto entry = spool.put(1'700'000'000, "", {"bob@far.test"}, "Subject: look\n");
  auto message = spool.queue().open(entry).value();
  EXPECT_TRUE(spool::verify(message, "here"));
  message.envelope.body_offset += 1;
  EXPECT_EQ(spool::verify(message, "here").error().what, "here: no end mark where the message ends");
  EXPECT_EQ(spool::verify(message, "here").error().code, base::Exit::data);
}

TEST(Verify, OneOfSeveralPiecesIsCompared) {
  const Queued spool;
  const auto entry = spool.put(1'700'000'000, "", {"bob@far.test"}, std::string(300'000, 'x') + "\n");
  const auto message = spool.queue().open(entry).value();
  ASSERT_TRUE(
      fs::write_all_at(message.file.get(), "y", static_cast<off_t>(message.envelope.body_offset + 200'000)));
  EXPECT_EQ(spool::verify(message, "here").error().what, "here: the checksum does not fit");
  EXPECT_EQ(spool.queue().open(entry).error().code, base::Exit::data);
}

TEST(Verify, AFileThatWasReadWholeIsJudgedAsOneThatIsRead) {
  const Queued spool;
  const auto entry = spool.put(1'700'000'000, "", {"bob@far.test"}, "Subject: look\n\ntext\n");
  const auto message = spool.queue().open(entry).value();
  const auto file = fs::read_up_to(message.file.get(), 0, 100'000).value();
  const auto said = [&](std::string_view text) {
    const auto verified = spool::verify(message.envelope, text, "here");
    return verified ? "" : verified.error().what;
  };
  EXPECT_EQ(said(file), "");
  EXPECT_EQ(said(file + "a note\n"), "");
  EXPECT_EQ(said(std::string_view(file).substr(0, message.envelope.body_offset - 1)), "here: cut off");
  EXPECT_EQ(said(std::string_view(file).substr(0, message.envelope.body_offset + 3)), "here: cut off");
  EXPECT_EQ(said(std::string_view(file).substr(0, file.size() - 1)),
            "here: no end mark where the message ends");
  auto changed = file;
  changed[message.envelope.body_offset] = 'T';
  EXPECT_EQ(said(changed), "here: the checksum does not fit");
  EXPECT_EQ(message.text, "Subject: look\n\ntext\n");
}

}  // namespace
}  // namespace verify_test

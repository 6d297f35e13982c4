#include "spool/selection.hpp"

#include <gtest/gtest.h>

#include "spool/id.hpp"

namespace selection_test {
namespace {

constexpr std::uint64_t now = 1'700'000'000;

spool::Entry entry(std::uint64_t arrived, std::uint64_t due, const std::string& destination = "far.test") {
  return {due, spool::make_id(arrived * 1'000'000, 7), destination};
}

bool fits(const spool::Selection& selection, const spool::Entry& one) {
  return selection.fits_name(one, now);
}

TEST(Selection, States) {
  EXPECT_EQ(spool::state_of(entry(now, now), now), spool::State::ready);
  EXPECT_EQ(spool::state_of(entry(now, now + 1), now), spool::State::deferred);
  EXPECT_EQ(spool::state_of(entry(now, spool::held_due), now), spool::State::held);
  EXPECT_EQ(spool::file_name(entry(now, spool::held_due)).substr(0, 11), "ffffffffff.");
  EXPECT_EQ(spool::parse_file_name(spool::file_name(entry(now, spool::held_due)))->due, spool::held_due);
  spool::Selection selection;
  selection.states = {spool::State::held, spool::State::deferred};
  EXPECT_TRUE(fits(selection, entry(now, now + 1)));
  EXPECT_FALSE(fits(selection, entry(now, now)));
}

TEST(Selection, Ages) {
  spool::Selection older;
  older.older = 3600;
  spool::Selection newer;
  newer.newer = 3600;
  for (const auto& [arrived, is_old] :
       {std::pair{now - 3600, true}, {now - 3599, false}, {now + 99, false}}) {
    EXPECT_EQ(fits(older, entry(arrived, now)), is_old) << arrived;
    EXPECT_NE(fits(newer, entry(arrived, now)), is_old) << arrived;
  }
}

TEST(Selection, NamesAndDomains) {
  const auto one = entry(now, now, "mail.far.test");
  spool::Selection selection;
  EXPECT_TRUE(selection.is_all());
  EXPECT_TRUE(fits(selection, one));
  selection.domains = {"near.test", "*.FAR.test"};
  EXPECT_FALSE(selection.is_all());
  EXPECT_TRUE(fits(selection, one));
  selection.ids = {"0*"};
  EXPECT_FALSE(fits(selection, one));
  selection.ids = {"0*", one.id};
  EXPECT_TRUE(fits(selection, one));
  EXPECT_FALSE(selection.needs_envelope());
}

TEST(Selection, Envelopes) {
  spool::Envelope envelope;
  envelope.sender = "Alice@example.test";
  envelope.recipients = {{"bob@far.test"}, {"carol@near.test"}};
  spool::Selection selection;
  EXPECT_TRUE(selection.fits_envelope(envelope));
  selection.senders = {"<>"};
  EXPECT_FALSE(selection.fits_envelope(envelope));
  selection.senders = {"<>", "alice@*"};
  EXPECT_TRUE(selection.needs_envelope());
  EXPECT_TRUE(selection.fits_envelope(envelope));
  selection.recipients = {"*@near.test"};
  EXPECT_TRUE(selection.fits_envelope(envelope));
  selection.recipients = {"*@near.tes"};
  EXPECT_FALSE(selection.fits_envelope(envelope));
  envelope.sender.clear();
  selection.recipients.clear();
  EXPECT_TRUE(selection.fits_envelope(envelope));
  selection.senders = {"*"};
  EXPECT_TRUE(selection.fits_envelope(envelope));
}

TEST(Selection, WholeIdsNameTheirFolders) {
  spool::Selection selection;
  EXPECT_EQ(selection.folders(), "0123456789abcdef");
  EXPECT_FALSE(selection.is_by_id());
  selection.ids = {"000000000000v", "0000000000003", "000000000000F", "no id"};
  EXPECT_EQ(selection.folders(), "f3");
  EXPECT_TRUE(selection.is_by_id());
  selection.ids.push_back("0*");
  EXPECT_EQ(selection.folders(), "0123456789abcdef");
  EXPECT_FALSE(selection.is_by_id());
  selection.ids = {"0000000000003"};
  selection.older = 1;
  EXPECT_FALSE(selection.is_by_id());
}

TEST(Selection, AgesAreRead) {
  EXPECT_EQ(spool::parse_age("90s").value(), 90u);
  EXPECT_EQ(spool::parse_age("30m").value(), 1800u);
  EXPECT_EQ(spool::parse_age("4h").value(), 14'400u);
  EXPECT_EQ(spool::parse_age("2d").value(), 172'800u);
  EXPECT_EQ(spool::parse_age("1w").value(), 604'800u);
  for (const char* text : {"", "m", "3", "-1m", "3 m", "3mm", "99999999999w", "101000w"}) {
    const auto age = spool::parse_age(text);
    ASSERT_FALSE(age) << text;
    EXPECT_EQ(age.error().code, base::Exit::usage);
  }
}

}  // namespace
}  // namespace selection_test

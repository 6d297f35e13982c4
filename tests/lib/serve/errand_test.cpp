#include "serve/errand.hpp"

#include "posted.hpp"
#include "serve/home_agent.hpp"

namespace errand_test {
namespace {

using serve::Outcome;

serve::LocalReport run(const Posted& posted, const std::string& forward, const serve::ErrandRules& rules = {},
                       const std::vector<std::string>& done = {}) {
  const auto targets = smtp::parse_forward(forward, "f").value();
  return serve::ask_as(posted.account, posted.file.get(), 60,
                       [&] { return serve::carry_out(targets, posted.letter, rules, done); })
      .value();
}

std::size_t mails(const Posted& posted) {
  std::error_code none;
  const std::filesystem::directory_iterator files(posted.home.path() + "/Maildir/new", none);
  return none ? 0 : static_cast<std::size_t>(std::distance(files, {}));
}

TEST(Errand, AddressesAreHandedBackEachOnceAndOnesOwnIsTheMailbox) {
  const Posted posted;
  const auto report = run(posted, "carol, carol, \\dan, x@far.test, bob, \\bob, BOB@example.test");
  EXPECT_EQ(report.attempt.outcome, Outcome::delivered);
  ASSERT_EQ(report.forwards.size(), 3u);
  EXPECT_EQ(report.forwards[0].address, "carol");
  EXPECT_FALSE(report.forwards[0].unaliased);
  EXPECT_TRUE(report.forwards[1].unaliased);
  EXPECT_EQ(report.forwards[2].address, "x@far.test");
  EXPECT_EQ(mails(posted), 1u);
  EXPECT_EQ(report.done.size(), 1u);
  EXPECT_EQ(run(posted, "bob@elsewhere.test").forwards.size(), 1u);
}

TEST(Errand, NoTargetsAreTheMailbox) {
  const Posted posted;
  EXPECT_EQ(run(posted, "").attempt.outcome, Outcome::delivered);
  EXPECT_EQ(mails(posted), 1u);
}

TEST(Errand, TheWorstFateIsTheMessages) {
  Posted posted;
  const auto box = posted.home.path() + "/box";
  posted.put("later", "#!/bin/sh\nexit 75\n", 0700);
  posted.put("never", "#!/bin/sh\nexit 67\n", 0700);
  posted.put("enough", "#!/bin/sh\nexit 99\n", 0700);
  const auto later = run(posted, "|./later, |./never, carol, " + box);
  EXPECT_EQ(later.attempt.outcome, Outcome::deferred);
  EXPECT_EQ(later.done.size(), 1u);
  EXPECT_EQ(later.forwards.size(), 1u);
  EXPECT_EQ(run(posted, "|./never, bob").attempt.status, "5.1.1");
  const auto size = posted.got("box").size();
  EXPECT_EQ(run(posted, "|./enough, carol, " + box).forwards.size(), 0u);
  EXPECT_EQ(posted.got("box").size(), size);
  // What is done is not repeated.
  EXPECT_EQ(run(posted, box, {}, later.done).attempt.outcome, Outcome::delivered);
  EXPECT_EQ(posted.got("box").size(), size);
}

TEST(Errand, WithoutAMemoryItStopsAtWhatHasToBeTriedAgain) {
  Posted posted;
  posted.put("later", "#!/bin/sh\nexit 75\n", 0700);
  serve::ErrandRules rules;
  rules.goes_on = false;
  const auto report = run(posted, "carol, |./later, bob", rules);
  EXPECT_EQ(report.attempt.outcome, Outcome::deferred);
  EXPECT_TRUE(report.forwards.empty());
  EXPECT_EQ(mails(posted), 0u);
}

TEST(Errand, ALoopIsFoundBeforeAnythingIsDone) {
  const Posted posted("Delivered-To: bob@example.test\n\n");
  EXPECT_EQ(run(posted, "carol, bob").attempt.status, "5.4.6");
  EXPECT_EQ(mails(posted), 0u);
}

TEST(Errand, AHomeThatIsRefusedKeepsTheMail) {
  Posted posted;
  posted.put(".forward", "carol", 0666);
  const auto follow = [&] {
    return serve::ask_as(posted.account, posted.file.get(), 60,
                         [&] { return serve::follow_home(posted.letter, {}, {}); })
        .value();
  };
  EXPECT_EQ(follow().attempt.outcome, Outcome::deferred);
  ASSERT_EQ(chmod((posted.home.path() + "/.forward").c_str(), 0600), 0);
  EXPECT_EQ(follow().forwards.size(), 1u);
}

}  // namespace
}  // namespace errand_test

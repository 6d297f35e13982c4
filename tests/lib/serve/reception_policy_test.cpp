#include "serve/reception_policy.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "fake_resolver.hpp"

namespace reception_policy_test {
namespace {

using smtp::Subject;

struct Site {
  serve::AccountPolicy accounts;
  serve::Access access =
      serve::Access::parse(
          "client 192.0.2.1 ok\nclient 192.0.2.0/24 reject\nclient 192.0.3.0/24 defer later\n"
          "helo bad.test reject\nhelo root.test. reject\nsender bad.test defer\n"
          "recipient trap@example.test reject no\nsender spam@far.test reject\nsender spam@example.test "
          "reject\n"
          "sender a..b@far.test reject\n",
          "a")
          .value();
  net::Rates rates = net::Rates::create().value();
  std::string ask(const char* address, Subject subject, std::string_view text, bool trusted = false) const {
    const serve::ReceptionPolicy policy(accounts, access, &rates, {2, 2}, {address, trusted});
    const auto reply = policy.refusal(subject, text, {});
    return reply ? std::to_string(reply->code) + " " + reply->enhanced + " " + reply->lines.at(0) : "-";
  }
};

TEST(ReceptionPolicy, RulesTurnAway) {
  const Site site;
  EXPECT_EQ(site.ask("192.0.2.9", Subject::client, ""), "554 5.7.1 refused by a rule of this site");
  EXPECT_EQ(site.ask("192.0.3.9", Subject::client, ""), "421 4.7.1 later");
  EXPECT_EQ(site.ask("192.0.4.9", Subject::client, ""), "-");
  EXPECT_EQ(site.ask("192.0.4.9", Subject::helo, "bad.test"), "550 5.7.1 refused by a rule of this site");
  for (const char* name : {"BAD.test.", "bad.test..", "root.test", "root.test."})
    EXPECT_EQ(site.ask("192.0.4.9", Subject::helo, name), "550 5.7.1 refused by a rule of this site") << name;
  EXPECT_EQ(site.ask("192.0.4.9", Subject::helo, "."), "-");
  EXPECT_EQ(site.ask("192.0.4.9", Subject::sender, "x@bad.test"),
            "450 4.7.1 not now, by a rule of this site");
  EXPECT_EQ(site.ask("192.0.4.9", Subject::recipient, "trap@example.test"), "550 5.7.1 no");
  EXPECT_EQ(site.ask("192.0.2.1", Subject::recipient, "trap@example.test"), "-");
}

TEST(ReceptionPolicy, ARuleForANameIsOneForItsSubaddresses) {
  Site site;
  site.accounts = serve::AccountPolicy(
      auth::Accounts::parse("example.test\n", "trap:*:1:1::/t::\ntrap-door:*:1:1::/d::\n", "users").value(),
      "trap");
  for (const char* spelled :
       {"trap+x@example.test", "TRAP-x@example.test", "trap@example.test", "\"trap+ x\"@example.test"})
    EXPECT_EQ(site.ask("192.0.4.9", Subject::recipient, spelled), "550 5.7.1 no") << spelled;
  for (const char* other : {"trap-door@example.test", "trapx@example.test", "trap+x@far.test", "x"})
    EXPECT_EQ(site.ask("192.0.4.9", Subject::recipient, other, true), "-") << other;
}

TEST(ReceptionPolicy, ARuleForASenderIsOneForHisSubaddresses) {
  Site site;
  const auto with = [&](const char* subaddress) {
    serve::AddressRules rules;
    rules.subaddress = subaddress;
    auto accounts =
        auth::Accounts::parse("example.test\n", "spam:*:1:1::/s::\nspam-door:*:1:1::/d::\n", "users").value();
    site.accounts = serve::AccountPolicy(std::move(accounts), "spam", {}, std::move(rules));
  };
  with("+-");
  for (const char* spelled : {"spam@far.test", "spam+x@far.test", "SPAM-x+y@far.test", "\"spam+ x\"@far.test",
                              "\"a..b+x\"@far.test", "spam+x@example.test", "spam-x@example.test"})
    EXPECT_EQ(site.ask("192.0.4.9", Subject::sender, spelled, true),
              "550 5.7.1 refused by a rule of this site")
        << spelled;
  for (const char* other :
       {"+spam@far.test", "spa@far.test", "spamx@far.test", "spam-door@example.test", "x+spam@far.test", ""})
    EXPECT_EQ(site.ask("192.0.4.9", Subject::sender, other, true), "-") << other;
  with("");
  EXPECT_EQ(site.ask("192.0.4.9", Subject::sender, "spam+x@far.test", true), "-");
}

TEST(ReceptionPolicy, RatesBindStrangers) {
  const Site site;
  std::string heard;
  // A new minute may begin once in between.
  for (int i = 0; i < 5; ++i) heard += site.ask("192.0.4.9", Subject::sender, "a@b.test");
  EXPECT_NE(heard.find("450 4.7.0 too many messages"), std::string::npos);
  for (int i = 0; i < 5; ++i) heard += site.ask("192.0.4.9", Subject::recipient, "a@b.test");
  EXPECT_NE(heard.find("452 4.7.0 too many recipients"), std::string::npos);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(site.ask("192.0.4.9", Subject::sender, "a@b.test", true), "-");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(site.ask("192.0.2.1", Subject::sender, "a@b.test"), "-");
}

TEST(ReceptionPolicy, ARecipientElsewhereHasSubaddressesByTheirLooks) {
  const auto access = serve::Access::parse("recipient ann@far.test reject\n", "access").value();
  const serve::AccountPolicy accounts;
  const serve::ReceptionPolicy policy(accounts, access, nullptr, {}, {"192.0.4.9", false});
  for (const char* hers : {"ann@far.test", "ann-lee@far.test", "Ann+x-y@far.test"})
    EXPECT_EQ(policy.refusal(Subject::recipient, hers, {}).value_or(smtp::Reply{}).code, 550) << hers;
  for (const char* other : {"annlee@far.test", "lee-ann@far.test", "ann-lee@near.test"})
    EXPECT_FALSE(policy.refusal(Subject::recipient, other, {})) << other;
}

TEST(ReceptionPolicy, OneWhoHasMovedHasDoneSoForAll) {
  const auto moved =
      serve::Access::parse("client 192.0.2.1 ok\nrecipient old@example.test moved new@far.test\n", "access")
          .value();
  for (const char* address : {"192.0.2.1", "192.0.4.9"}) {
    const serve::AccountPolicy accounts;
    const serve::ReceptionPolicy policy(accounts, moved, nullptr, {}, {address, false});
    EXPECT_EQ(policy.moved_to({"OLD", "example.test"}), "new@far.test");
    EXPECT_EQ(policy.moved_to({"older", "example.test"}), std::nullopt);
    EXPECT_FALSE(policy.refusal(Subject::recipient, "old@example.test", {}));
  }
}

TEST(ReceptionPolicy, RoomIsThatOfTheSpool) {
  const serve::Access access;
  const serve::AccountPolicy accounts;
  serve::ReceptionPolicy policy(accounts, access, nullptr, {}, {"192.0.2.1", false});
  EXPECT_TRUE(policy.has_room(UINT64_MAX));
  policy.keep_mail_in("/");
  EXPECT_TRUE(policy.has_room(0));
  EXPECT_FALSE(policy.has_room(UINT64_MAX));
  policy.keep_mail_in("/nonexistent");
  EXPECT_TRUE(policy.has_room(UINT64_MAX) && policy.has_room_to_hold());
}

/// What is asked about strangers: an address without a name.
class Screened : public testing::Test {
 protected:
  Screened() {
    rules_.reverse = serve::DnsRules::Demand::yes;
    if (mkdtemp(directory_.data()) == nullptr) std::abort();
  }
  ~Screened() override { std::filesystem::remove_all(directory_); }

  std::string ask(const char* address, std::string_view recipient, std::string_view user = {},
                  bool trusted = false) {
    serve::DnsChecks checks(rules_, std::make_unique<FakeResolver>(world_), address);
    const serve::Greylist greylist({300, 5, directory_});
    const serve::ReceptionPolicy policy(site_.accounts, site_.access, nullptr, {}, {address, trusted},
                                        {&checks, &greylist});
    (void)policy.refusal(Subject::client, "", {});
    (void)policy.refusal(Subject::helo, "mx.test", {});
    EXPECT_FALSE(policy.refusal(Subject::sender, "a@b.test", {user, {}}));
    const auto reply = policy.refusal(Subject::recipient, recipient, {user, "a@b.test"});
    return reply ? std::to_string(reply->code) + " " + reply->enhanced : "-";
  }

  Site site_;
  serve::DnsRules rules_;
  const FakeResolver::Table world_ = {{{net::RecordType::ptr, "192.0.4.1"}, FakeResolver::found({"mx.test"})},
                                      {{net::RecordType::a, "mx.test"}, FakeResolver::found({"192.0.4.1"})},
                                      {{net::RecordType::ptr, "192.0.4.2"}, FakeResolver::nxdomain()},
                                      {{net::RecordType::ptr, "192.0.2.1"}, FakeResolver::nxdomain()}};
  std::string directory_ = "/tmp/tubepost-test.XXXXXX";
};

TEST_F(Screened, StrangersAtTheirFirstRecipient) {
  EXPECT_EQ(ask("192.0.4.2", "bob@example.test"), "550 5.7.25");
  EXPECT_EQ(ask("192.0.4.1", "bob@example.test"), "450 4.7.1");
  EXPECT_EQ(ask("192.0.4.3", "bob@example.test"), "450 4.7.25");
}

TEST_F(Screened, NotUsersNorNeighboursNorMailForPostmaster) {
  EXPECT_EQ(ask("192.0.4.2", "bob@example.test", "alice"), "-");
  EXPECT_EQ(ask("192.0.4.2", "bob@example.test", {}, true), "-");
  EXPECT_EQ(ask("192.0.2.1", "bob@example.test"), "-");
  for (const char* postmaster : {"postmaster", "Postmaster@example.test"})
    EXPECT_EQ(ask("192.0.4.2", postmaster), "-");
  EXPECT_EQ(ask("192.0.4.2", "postmaster2@example.test"), "550 5.7.25");
}

TEST(ReceptionPolicy, GoodNames) {
  for (const char* good :
       {"mx.test", "a-b.c_d.test", "[192.0.2.1]", "[IPv6:2001:db8::1]", "xn--e1aybc.test", "mx.test."})
    EXPECT_TRUE(serve::is_good_helo(good)) << good;
  for (const char* bad : {"", "localhost", "192.0.2.1", "[192.0.2.256]", "[", "[]", "[192.0.2.0/24]",
                          "mx..test", "-a.test", "a-.test", ".test", "a b.test", "[x]"})
    EXPECT_FALSE(serve::is_good_helo(bad)) << bad;
}

TEST(ReceptionPolicy, WhoHasMovedHasMovedWithAllSubaddresses) {
  serve::AddressRules rules;
  rules.aliases = smtp::Aliases::parse("o..d: old\n", "aliases", {}).value();
  const serve::AccountPolicy accounts(
      auth::Accounts::parse("example.test\n", "old:*:1:1::/o::\n", "users").value(), "old", {},
      std::move(rules));
  const auto moved = serve::Access::parse(
                         "recipient old@example.test moved new@far.test\n"
                         "recipient o..d@example.test moved new@odd.test\n",
                         "access")
                         .value();
  const serve::ReceptionPolicy policy(accounts, moved, nullptr, {}, {"192.0.4.9", false});
  EXPECT_EQ(policy.moved_to({"old+x", "example.test"}), "new@far.test");
  EXPECT_EQ(policy.moved_to({"older", "example.test"}), std::nullopt);
  for (const char* text : {"o..d@example.test", "\"o..d\"@example.test", "o..d+x@example.test"})
    EXPECT_EQ(policy.moved_to(smtp::parse_path(text).value()), "new@odd.test") << text;
}

}  // namespace
}  // namespace reception_policy_test

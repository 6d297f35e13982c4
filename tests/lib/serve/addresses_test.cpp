#include "serve/addresses.hpp"

#include <gtest/gtest.h>

namespace addresses_test {
namespace {

serve::Addresses town(const char* aliases, serve::AddressRules rules = {}) {
  auto accounts =
      auth::Accounts::parse("example.test\nother.test\n",
                            "alice:*:1:1::/a::\nbob:*:1:1::/b::\nbob-smith:*:1:1::/s::\n", "users")
          .value();
  rules.aliases =
      smtp::Aliases::parse(aliases, "a", [](const std::string& path) -> base::Result<std::string> {
        return base::fail(base::Exit::no_input, path);
      }).value();
  return serve::Addresses(std::move(accounts), "alice", std::move(rules));
}

std::string shown(const serve::Expansion& all) {
  std::string out;
  for (const auto& name : all.users) out += name + " ";
  for (const auto& name : all.addresses) out += name + " ";
  for (const auto& name : all.unknown) out += "?" + name + " ";
  for (const auto& name : all.lists) out += "list:" + name + " ";
  if (!all.places.empty()) out += std::to_string(all.places.size()) + " places ";
  return out;
}

TEST(Addresses, WhatLeadsToNobody) {
  const char* aliases =
      "info: bob\n"
      "dangling: nosuchuser\n\n"
      "team: alice, gone@other.test, bob+x, postmaster, info, who@far.test, |exit 0\n"
      "a: b\nb: a\n"
      "me: me\n"
      "chain: dangling\n"
      "@other.test: alice\n"
      "\"it's\"@example.test: x@far.test\n"
      "run: |exit 0\n"
      "far: far@far.test\n";
  const std::vector<std::pair<std::size_t, std::string>> wanted = {{2, "'nosuchuser' is nobody here"},
                                                                   {5, "the alias leads to nobody"},
                                                                   {6, "the alias leads to nobody"},
                                                                   {7, "the alias leads to nobody"},
                                                                   {8, "the alias leads to nobody"}};
  EXPECT_EQ(town(aliases).dangling(), wanted);
  serve::AddressRules rules;
  rules.catch_all = smtp::parse_target("bob").value();
  EXPECT_EQ(town("dangling: nosuchuser\n", std::move(rules)).dangling().size(), 0U);
}

TEST(Addresses, WhoGetsWhat) {
  const auto addresses = town(
      "info: bob\n"
      "info@other.test: alice\n"
      "@other.test: x@far.test\n"
      "bob: bob, bob@far.test\n"
      "team: info, ALICE@example.test, y@far.test, nobody\n"
      "a: b\nb: a\n"
      "me: me+x@example.test\n");
  const struct {
    const char* local;
    const char* domain;
    const char* wanted;
  } rows[] = {{"Alice", "example.test", "alice "},
              {"alice+x", "example.test", "alice "},
              {"alice-x+y", "example.test", "alice "},
              {"bob-smith", "example.test", "bob-smith "},
              {"bob-smith-x", "example.test", "bob-smith "},
              {"bob", "example.test", "bob bob@far.test "},
              {"bob-x", "example.test", "bob bob@far.test "},
              {"info", "example.test", "bob bob@far.test "},
              {"info", "other.test", "alice "},
              {"info+x", "other.test", "alice "},
              {"zoe", "other.test", "x@far.test "},
              {"zoe", "example.test", "?zoe "},
              {"alice", "other.test", "alice "},
              {"postmaster", "example.test", "alice "},
              {"Postmaster", "", "alice "},
              {"team", "", "alice bob y@far.test bob@far.test ?nobody "},
              {"a", "", ""},
              {"me", "", ""},
              {"info@other.test", "example.test", "?info@other.test "},
              {"info@other.test+x", "other.test", "x@far.test "},
              {"@other.test", "example.test", "?@other.test "},
              {"+x", "example.test", "?+x "}};
  for (const auto& row : rows)
    EXPECT_EQ(shown(addresses.expand(row.local, row.domain)), row.wanted) << row.local << "@" << row.domain;
}

TEST(Addresses, WhatHasNobodyIsRefusedAndTheSameMailboxIsKnown) {
  const auto addresses = town("info: bob\n@other.test: x@far.test\n");
  EXPECT_FALSE(addresses.mailbox_of("zoe", "example.test"));
  EXPECT_EQ(addresses.mailbox_of("INFO", "example.test"), addresses.mailbox_of("info", ""));
  EXPECT_NE(addresses.mailbox_of("zoe", "other.test"), std::nullopt);
  EXPECT_EQ(addresses.mailbox_of("alice", "other.test"), addresses.mailbox_of("alice", "example.test"));
}

TEST(Addresses, ACatchAllGetsTheRest) {
  serve::AddressRules rules;
  rules.catch_all = smtp::parse_target("bob").value();
  const auto addresses = town("@other.test: x@far.test\n", rules);
  EXPECT_EQ(shown(addresses.expand("zoe", "example.test")), "bob ");
  EXPECT_EQ(shown(addresses.expand("zoe", "other.test")), "x@far.test ");
  EXPECT_EQ(shown(addresses.expand("alice", "example.test")), "alice ");
}

TEST(Addresses, SubaddressesAreAsConfigured) {
  serve::AddressRules rules;
  rules.subaddress = "";
  EXPECT_FALSE(town("", rules).mailbox_of("alice+x", "example.test"));
  rules.subaddress = "-";
  EXPECT_FALSE(town("", rules).mailbox_of("alice+x", "example.test"));
  EXPECT_TRUE(town("", rules).mailbox_of("alice-x", "example.test"));
}

TEST(Addresses, AListInsideAnotherStaysOne) {
  const auto addresses = town(
      "team: bob, inner, plain\nowner-team: alice\ninner: bob, x@far.test\nowner-inner: bob\n"
      "plain: alice, inner\nnews@other.test: bob\nowner-news: alice\nsolo: |/bin/x, /var/mail/y\n");
  EXPECT_EQ(shown(addresses.expand("team", "")), "bob alice list:inner@example.test ");
  EXPECT_EQ(addresses.expand("Team", "other.test").list, "team");
  EXPECT_EQ(addresses.expand("plain", "").list, "");
  EXPECT_EQ(shown(addresses.expand("plain", "")), "alice list:inner@example.test ");
  EXPECT_EQ(addresses.expand("news", "other.test").list, "news@other.test");
  EXPECT_EQ(addresses.expand("owner-team", "").list, "");
  EXPECT_EQ(addresses.list_at("Team+x", "other.test"), "team");
  EXPECT_EQ(addresses.list_at("plain", "") + addresses.list_at("bob", "") + addresses.list_at("nobody", ""),
            "");
  EXPECT_EQ(addresses.list_address("team"), "team@example.test");
  EXPECT_EQ(addresses.list_owner("team"), "owner-team@example.test");
  EXPECT_EQ(addresses.list_owner("news@other.test"), "owner-news@other.test");
  EXPECT_EQ(shown(addresses.expand("owner-news", "other.test")), "alice ");
  EXPECT_EQ(shown(addresses.expand("solo", "")), "2 places ");
}

TEST(Addresses, WhoIsAmongThem) {
  const auto addresses = town("team: bob, x@far.test\nboth: bob, alice\nme: bob\n");
  const auto team = addresses.expand("team", "");
  const auto path = [](const char* text) { return smtp::parse_target(text).value(); };
  for (const char* in : {"bob", "Bob@Example.test", "bob+x@other.test", "X@FAR.test", "me@example.test"})
    EXPECT_TRUE(addresses.is_among(team, path(in))) << in;
  for (const char* out : {"alice", "y@far.test", "bob@far.test", "both@example.test", "nobody@example.test"})
    EXPECT_FALSE(addresses.is_among(team, path(out))) << out;
  EXPECT_FALSE(addresses.is_among(team, {}));
}

}  // namespace
}  // namespace addresses_test

#include "serve/addresses.hpp"

#include <gtest/gtest.h>

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
  return out;
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

}  // namespace

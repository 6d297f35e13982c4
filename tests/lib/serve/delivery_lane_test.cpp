#include "serve/delivery_lane.hpp"

#include <gtest/gtest.h>

namespace delivery_lane_test {
namespace {

serve::AccountPolicy policy() {
  serve::AddressRules rules;
  rules.subaddress = "+";
  rules.aliases = smtp::Aliases::parse("one: bob\nboth: bob, carol\n", "aliases", {}).value();
  return {auth::Accounts::parse("example.test\n", "bob:*:1:1::/b::\ncarol:*:1:1::/c::\n", "users").value(),
          "bob",
          {},
          std::move(rules)};
}

TEST(DeliveryLane, AUserHasOneLineWhateverHisAddress) {
  const auto all = policy();
  for (const std::string address : {"bob@example.test", "bob", "bob+x@example.test", "one@example.test"})
    EXPECT_EQ(serve::lane_of(all, address), "@bob") << address;
  EXPECT_EQ(serve::lane_of(all, "both@example.test"), "@<both@example.test>");
  EXPECT_EQ(serve::lane_of(all, "|program:0123456789abcdef"), "@<|program:0123456789abcdef>");
  EXPECT_NE(serve::shared_lane("@bob"), "@bob");
}

TEST(DeliveryLane, AnAddressMeansAUserOrThoseBehindAnAlias) {
  const auto all = policy();
  spool::Envelope envelope;
  EXPECT_EQ(serve::whom(all, envelope, "bob+x@example.test").user, "bob");
  EXPECT_EQ(serve::whom(all, envelope, "one@example.test").user, "bob");
  EXPECT_EQ(serve::whom(all, envelope, "both@example.test").user, std::nullopt);
  EXPECT_EQ(serve::whom(all, envelope, "both@example.test").who.users.size(), 2u);
  // None is an alias any more.
  envelope.expanded = true;
  EXPECT_EQ(serve::whom(all, envelope, "bob@example.test").user, "bob");
  EXPECT_EQ(serve::whom(all, envelope, "one@example.test").user, std::nullopt);
}

}  // namespace
}  // namespace delivery_lane_test

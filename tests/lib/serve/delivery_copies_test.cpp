#include "serve/delivery_copies.hpp"

#include <gtest/gtest.h>

namespace delivery_copies_test {
namespace {

using spool::Status;
using Named = std::set<std::string>;

serve::AccountPolicy policy() {
  constexpr std::string_view users = "alice:*:1:1::/a::\nbob:*:1:1::/b::\n";
  serve::AddressRules rules;
  rules.aliases = smtp::Aliases::parse("info: bob\nhelp: info\nteam: bob, alice\n", "aliases", {}).value();
  return {auth::Accounts::parse("example.test\n", users, "users").value(), "bob", {}, rules};
}

spool::Envelope envelope(const std::vector<std::pair<std::string, Status>>& recipients) {
  spool::Envelope out;
  for (const auto& [address, status] : recipients) {
    out.recipients.emplace_back();
    out.recipients.back().address = address;
    out.recipients.back().status = status;
  }
  return out;
}

/// A letter for each recipient: `-` has a copy of his own or none to get, `s` another one's, `d` has had it.
std::string fates(const spool::Envelope& of) {
  const serve::Copies copies(policy(), of, "+");
  std::string out;
  for (std::size_t i = 0; i < of.recipients.size(); ++i)
    out += copies.is_spare(i) ? 's' : copies.is_done(i) ? 'd' : '-';
  return out;
}

TEST(Copies, OneMailboxIsOneRecipientHoweverItIsNamed) {
  constexpr auto todo = Status::todo, done = Status::done, fail = Status::fail;
  const std::string bob = "bob@example.test", info = "info@example.test", help = "help@example.test";
  const struct {
    std::vector<std::pair<std::string, Status>> recipients;
    std::string fates;
  } rows[] = {
      {{{bob, todo}}, "-"},
      {{{bob, todo}, {"alice@example.test", todo}}, "--"},
      {{{bob, todo}, {info, todo}, {help, todo}}, "-ss"},
      {{{help, todo}, {"bob", todo}, {"BOB@Example.test", todo}}, "-ss"},
      // An extension is a mailbox of its own, and so are an alias of several and another host's bob.
      {{{bob, todo}, {"bob+x@example.test", todo}, {"bob+x@example.test", todo}}, "--s"},
      {{{"team@example.test", todo}, {bob, todo}}, "--"},
      {{{"bob@far.test", todo}, {bob, todo}}, "--"},
      // Who is done under his own name has it; an alias may have led elsewhere then, and a failure gave
      // nothing.
      {{{bob, done}, {info, todo}}, "-d"},
      {{{info, done}, {bob, todo}}, "--"},
      {{{bob, fail}, {info, todo}}, "--"},
  };
  for (const auto& row : rows) EXPECT_EQ(fates(envelope(row.recipients)), row.fates);
}

TEST(Copies, WhoseCopyAnotherNameIsGiven) {
  const serve::Copies copies(policy(),
                             envelope({{"info@example.test", Status::todo},
                                       {"alice@example.test", Status::todo},
                                       {"bob@example.test", Status::todo},
                                       {"help@example.test", Status::todo}}),
                             "+");
  EXPECT_EQ(copies.spare_for(0), (std::vector<std::size_t>{2, 3}));
  for (const std::size_t other : {1u, 2u, 3u, 9u}) EXPECT_TRUE(copies.spare_for(other).empty());
}

TEST(Copies, WhatAliasesStoodForIsLeftAsItIs) {
  auto of = envelope({{"bob", Status::todo}, {"bob", Status::todo}});
  of.expanded = true;
  EXPECT_EQ(fates(of), "--");
}

TEST(Copies, WhoGetsTheMessageHimselfIsNamed) {
  const serve::Copies copies(policy(),
                             envelope({{"team@example.test", Status::todo},
                                       {"bob+x@example.test", Status::todo},
                                       {"alice@example.test", Status::done},
                                       {"ann@far.test", Status::todo},
                                       {"eve@far.test", Status::fail}}),
                             "+");
  EXPECT_EQ(copies.named(), (Named{"alice", "ann@far.test"}));
}

}  // namespace
}  // namespace delivery_copies_test

#include "serve/spool_change.hpp"

#include <gtest/gtest.h>
#include <sys/file.h>

#include "serve/clock.hpp"
#include "spool_site.hpp"

namespace spool_change_test {
namespace {

constexpr std::uint64_t then = 1'700'000'000;

serve::SpoolOrder order(const SpoolSite& site, std::vector<std::string> ids = {}) {
  serve::SpoolOrder out{"", site.path(), {}};
  out.selection.ids = std::move(ids);
  return out;
}

std::string change(const serve::SpoolOrder& asked, serve::Change what, int status = 0,
                   serve::Confirm confirm = nullptr) {
  return written([&] { EXPECT_EQ(serve::change_spool(asked, what, confirm).value(), status); });
}

TEST(SpoolChange, HeldAndReleased) {
  const SpoolSite site;
  const auto one = site.put(then, "", {"bob@a.test"});
  EXPECT_EQ(change(order(site, {one.id}), serve::Change::release),
            one.id + " is not held\n0 messages released\n");
  EXPECT_EQ(change(order(site, {one.id}), serve::Change::hold), one.id + " held\n1 message held\n");
  EXPECT_EQ(site.queue().scan().value().at(0).due, spool::held_due);
  EXPECT_EQ(change(order(site, {one.id}), serve::Change::hold),
            one.id + " is held already\n0 messages held\n");
  EXPECT_EQ(change(order(site), serve::Change::retry),
            one.id + " is held; it can be released\n0 messages to be tried now\n");
  EXPECT_EQ(change(order(site), serve::Change::release), one.id + " released\n1 message released\n");
  EXPECT_LE(site.queue().scan().value().at(0).due, serve::now_seconds());
}

TEST(SpoolChange, TriedAgainAndDeleted) {
  const SpoolSite site;
  const auto one = site.put(then, "", {"bob@a.test"});
  ASSERT_TRUE(site.queue().defer(one, serve::now_seconds() + 9999));
  EXPECT_EQ(change(order(site), serve::Change::retry),
            one.id + " to be tried now\n1 message to be tried now\n");
  EXPECT_LE(site.queue().scan().value().at(0).due, serve::now_seconds());
  auto asked = order(site, {one.id});
  asked.json = true;
  EXPECT_EQ(change(asked, serve::Change::remove),
            "{\"id\":\"" + one.id + "\",\"result\":\"done\",\"text\":\"deleted\"}\n");
  EXPECT_TRUE(site.queue().scan().value().empty());
  EXPECT_EQ(change(order(site, {one.id}), serve::Change::remove, 66), "0 messages deleted\n");
}

TEST(SpoolChange, WhatIsInHandIsLeftAlone) {
  const SpoolSite site;
  const auto one = site.put(then, "", {"bob@a.test"});
  const auto other = site.put(then, "", {"bob@a.test"});
  const auto message = site.queue().open(one).value();
  ASSERT_EQ(flock(message.file.get(), LOCK_EX), 0);
  for (const auto what : {serve::Change::hold, serve::Change::retry, serve::Change::remove}) {
    const auto text = change(order(site, {one.id}), what, 75);
    EXPECT_NE(text.find(one.id + " is being delivered or written at this moment"), std::string::npos) << text;
    EXPECT_EQ(site.queue().find(spool::file_name(one)), one);
  }
  // The others are not kept back by it.
  EXPECT_NE(change(order(site), serve::Change::remove, 75).find("1 message deleted"), std::string::npos);
  EXPECT_EQ(site.queue().scan().value().size(), 1u);
}

TEST(SpoolChange, ManyAreAskedFor) {
  const SpoolSite site;
  for (int i = 0; i < 40; ++i) site.put(then, "", {"bob@a.test"});
  EXPECT_EQ(
      change(order(site), serve::Change::remove, 0, [](std::size_t) -> base::Result<bool> { return false; }),
      "0 messages deleted\n");
  const auto nobody = [](std::size_t) -> base::Result<bool> {
    return base::fail(base::Exit::usage, "--yes");
  };
  EXPECT_EQ(serve::change_spool(order(site), serve::Change::remove, nobody).error().code, base::Exit::usage);
  EXPECT_EQ(site.queue().scan().value().size(), 40u);
  // By its id nobody is asked, nor for what takes nothing away.
  const auto id = site.queue().scan().value()[0].id;
  change(order(site, {id}), serve::Change::remove, 0, nobody);
  change(order(site), serve::Change::hold, 0, nobody);
  EXPECT_EQ(site.queue().scan().value().size(), 39u);
  const auto text = change(order(site), serve::Change::remove, 0, [](std::size_t many) -> base::Result<bool> {
    EXPECT_EQ(many, 39u);
    return true;
  });
  EXPECT_TRUE(text.ends_with("39 messages deleted\n"));
}

}  // namespace
}  // namespace spool_change_test

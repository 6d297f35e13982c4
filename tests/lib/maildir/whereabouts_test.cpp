#include "maildir/whereabouts.hpp"

#include <gtest/gtest.h>

#include "temporary.hpp"

namespace whereabouts_test {
namespace {

using maildir::Record;
using maildir::Whereabouts;
using Found = Whereabouts::Found;

Record named(const std::string& base, const std::string& suffix) {
  Record out;
  out.uid = 1;
  out.base = base;
  out.suffix = suffix;
  return out;
}

TEST(Whereabouts, FollowsARenamedFileAndMissesOneThatIsGone) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  site.put("new/2.b");
  Whereabouts whereabouts(site.box());
  auto first = named("1.a", ":2,");
  EXPECT_EQ(whereabouts.find(first).value(), Found::here);
  EXPECT_EQ(maildir::file_of(first), "/cur/1.a:2,S");
  std::filesystem::rename(site.box() + "/cur/1.a:2,S", site.box() + "/cur/1.a:2,F");
  EXPECT_EQ(whereabouts.find(first).value(), Found::here);
  EXPECT_EQ(first.suffix, ":2,F");
  auto second = named("2.b", ":2,");
  EXPECT_EQ(whereabouts.see(second).value(), Found::here);
  EXPECT_EQ(maildir::file_of(second), "/new/2.b");
  auto third = named("3.c", ":2,");
  EXPECT_EQ(whereabouts.see(third).value(), Found::gone);
}

TEST(Whereabouts, OneLookServesAll) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  site.put("cur/2.b:2,S");
  Whereabouts whereabouts(site.box());
  auto first = named("1.a", ":2,");
  EXPECT_EQ(whereabouts.find(first).value(), Found::here);
  std::filesystem::remove_all(site.box());
  auto second = named("2.b", ":2,");
  EXPECT_EQ(whereabouts.find(second).value(), Found::here);
}

TEST(Whereabouts, NoFileIsRenamedOntoAnother) {
  const Temporary site;
  site.put("cur/a");
  site.put("cur/b");
  EXPECT_EQ(maildir::rename_anew(site.box() + "/cur/a", site.box() + "/cur/b").error().code,
            base::Exit::data);
  EXPECT_EQ(site.count("cur"), 2u);
  EXPECT_TRUE(maildir::rename_anew(site.box() + "/cur/a", site.box() + "/cur/c").value());
  EXPECT_FALSE(maildir::rename_anew(site.box() + "/cur/a", site.box() + "/cur/d").value());
}

/// What others keep changing, with or without the message.
maildir::Lister restless(bool has) {
  return [has]() -> base::Result<maildir::Listing> {
    maildir::Listing out;
    if (has) out.files.push_back({"1.a", ":2,F", false});
    return out;
  };
}

maildir::Lister at_rest() {
  return []() -> base::Result<maildir::Listing> {
    maildir::Listing out;
    out.steady = true;
    return out;
  };
}

TEST(Whereabouts, NotSeenIsNotGone) {
  const Temporary site;
  const auto record = named("1.a", ":2,");
  for (const bool has : {false, true}) {
    Whereabouts moving(site.box(), restless(has));
    EXPECT_EQ(moving.open(record).error().code, base::Exit::temporary);
    EXPECT_EQ(moving.remove(record).error().code, base::Exit::temporary);
  }
  Whereabouts resting(site.box(), at_rest());
  EXPECT_EQ(resting.open(record).error().code, base::Exit::no_input);
  EXPECT_FALSE(resting.remove(record).value());
}

TEST(Whereabouts, OpensAndRemovesUnderAnyName) {
  const Temporary site;
  site.put("cur/1.a:2,S");
  Whereabouts whereabouts(site.box());
  EXPECT_TRUE(whereabouts.open(named("1.a", ":2,")));
  whereabouts.rest();
  EXPECT_TRUE(whereabouts.remove(named("1.a", ":2,F")).value());
  EXPECT_EQ(site.count("cur"), 0u);
}

TEST(ListAtRest, HasWhatAnyLookHasShownUntilOneIsAtRest) {
  int looks = 0;
  const auto look = [&](int rest) {
    return [&looks, rest]() -> base::Result<maildir::Listing> {
      maildir::Listing out;
      out.files.push_back({looks % 2 == 0 ? "1.a" : "2.b", looks == 0 ? ":2," : ":2,S", false});
      out.steady = looks++ == rest;
      return out;
    };
  };
  const auto all = maildir::list_at_rest(look(-1)).value();
  ASSERT_EQ(all.files.size(), 2u);
  EXPECT_FALSE(all.steady);
  EXPECT_EQ(all.files[0].base, "1.a");
  EXPECT_EQ(all.files[0].suffix, ":2,S");
  EXPECT_EQ(all.files[1].base, "2.b");
  looks = 0;
  const auto rested = maildir::list_at_rest(look(1)).value();
  EXPECT_EQ(looks, 2);
  EXPECT_TRUE(rested.steady);
  ASSERT_EQ(rested.files.size(), 1u);
  EXPECT_EQ(rested.files[0].base, "2.b");
}

}  // namespace
}  // namespace whereabouts_test

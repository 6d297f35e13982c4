#include "maildir/whereabouts.hpp"

#include <gtest/gtest.h>

#include "temporary.hpp"

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

}  // namespace

#include "maildir/listing.hpp"

#include <gtest/gtest.h>

#include "temporary.hpp"

namespace listing_test {
namespace {

constexpr std::uint64_t far_ahead = UINT64_MAX / 2;

TEST(Listing, NamesWithoutAndWithFlags) {
  const Temporary site;
  site.put("new/b");
  site.put("cur/a:2,FS");
  site.put("cur/c");
  site.put("new/.hidden");
  const auto listing = maildir::list(site.box(), far_ahead).value();
  ASSERT_EQ(listing.files.size(), 3u);
  EXPECT_EQ(std::string(listing.files[0].base) + "|" + std::string(listing.files[0].suffix), "a|:2,FS");
  EXPECT_TRUE(listing.files[1].in_new);
  EXPECT_EQ(listing.files[2].suffix, "");
  EXPECT_TRUE(listing.steady);
}

TEST(Listing, OneNameInBothDirectoriesIsOneMessage) {
  const Temporary site;
  site.put("new/a");
  site.put("cur/a:2,S");
  const auto listing = maildir::list(site.box(), far_ahead).value();
  ASSERT_EQ(listing.files.size(), 1u);
  EXPECT_FALSE(listing.files[0].in_new);
}

TEST(Listing, AChangeJustNowIsNotBelieved) {
  const Temporary site;
  site.put("cur/a");
  EXPECT_FALSE(maildir::list(site.box(), 0).value().steady);
  const auto before = maildir::stamp_of(site.box()).value();
  EXPECT_FALSE(maildir::list(site.box(), std::max(before.cur, before.fresh) + 1).value().steady);
  EXPECT_FALSE(maildir::list(site.box() + "/none", far_ahead));
}

TEST(Listing, OfSeveralNamesOneThatIsNotDeletedCounts) {
  const Temporary site;
  site.put("cur/a:2,FT");
  site.put("cur/a:2,S");
  site.put("cur/a:2,ST");
  const auto listing = maildir::list(site.box(), far_ahead).value();
  ASSERT_EQ(listing.files.size(), 1u);
  EXPECT_EQ(listing.files[0].suffix, ":2,S");
}

}  // namespace
}  // namespace listing_test

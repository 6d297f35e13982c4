#include "serve/spool_list.hpp"

#include <gtest/gtest.h>

#include "spool_site.hpp"

namespace spool_list_test {
namespace {

std::string list(const serve::SpoolListing& listing, int status = 0) {
  return written([&] { EXPECT_EQ(serve::list_spool(listing).value(), status); });
}

TEST(SpoolList, InOrder) {
  const SpoolSite site;
  const auto late = site.put(1'700'000'009, "", {"bob@a.test"});
  const auto early = site.put(1'700'000'001, "", {"bob@b.test"});
  ASSERT_TRUE(site.queue().defer(early, 1'800'000'000));
  serve::SpoolListing listing{{"list", site.path(), {}}, false, false, "arrived"};
  EXPECT_LT(list(listing).find(early.id), list(listing).find(late.id));
  for (const char* sort : {"due", "destination"}) {
    listing.sort = sort;
    EXPECT_GT(list(listing).find(early.id), list(listing).find(late.id)) << sort;
  }
}

TEST(SpoolList, FormsAndMissingOnes) {
  const SpoolSite site;
  serve::SpoolListing listing{{"list", site.path(), {}}};
  EXPECT_EQ(list(listing), "");
  listing.mailq = true;
  EXPECT_EQ(list(listing), "Mail queue is empty\n");
  const auto one = site.put(1'700'000'000, "", {"bob@a.test"});
  EXPECT_TRUE(list(listing).ends_with("-- 1 Kbytes in 1 Request.\n"));
  listing.mailq = false;
  listing.order.json = true;
  EXPECT_TRUE(list(listing).starts_with("{\"id\":\"" + one.id));
  listing.order.selection.ids = {"0000000000000"};
  EXPECT_EQ(list(listing, 66), "");
}

}  // namespace
}  // namespace spool_list_test

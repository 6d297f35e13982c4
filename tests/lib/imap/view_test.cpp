#include "imap/view.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace view_test {
namespace {

TEST(View, IsLikeAListOfUids) {
  for (const auto& uids :
       {std::vector<std::uint32_t>{}, {1, 2, 3}, {7}, {2, 4, 6, 7, 8, 20}, {1, 3, UINT32_MAX}}) {
    imap::View view;
    for (const auto uid : uids) view.push_back({uid});
    ASSERT_EQ(view.size(), uids.size());
    EXPECT_EQ(view.empty(), uids.empty());
    for (std::size_t i = 0; i < uids.size(); ++i) EXPECT_EQ(view[i].uid, uids[i]);
    if (!uids.empty()) {
      EXPECT_EQ(view.back().uid, uids.back());
    }
    for (const std::uint32_t uid : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, 9u, 19u, 20u, 21u, UINT32_MAX}) {
      const auto at = std::lower_bound(uids.begin(), uids.end(), uid) - uids.begin();
      EXPECT_EQ(view.first_at(uid), static_cast<std::size_t>(at)) << uid;
    }
  }
}

}  // namespace
}  // namespace view_test

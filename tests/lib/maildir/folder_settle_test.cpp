#include <gtest/gtest.h>

#include "looking.hpp"
#include "temporary.hpp"

namespace folder_settle_test {
namespace {

using maildir::Folder;

/// Few are appended, many written with a whole new index.
TEST(FolderSettle, WhatAFullDiskKeptFromTheIndexIsNewStill) {
  for (const std::size_t many : {30u, 1100u}) {
    const Temporary site;
    for (std::size_t i = 0; i < many; ++i) site.put("new/" + std::to_string(10'000 + i) + ".x");
    auto folder = Folder::open(site.box(), validity(9)).value();
    Uids claimed;
    {
      // There is room for the first of them.
      const FullDisk disk(std::filesystem::file_size(site.box() + "/tubepost-index") + 60);
      EXPECT_FALSE(folder.refresh(true, true, claimed));
    }
    EXPECT_EQ(site.count("cur"), claimed.size());
    EXPECT_EQ(site.count("new"), many - claimed.size());
    const auto later = look(folder);
    claimed.insert(claimed.end(), later.begin(), later.end());
    EXPECT_EQ(claimed.size(), many);
    EXPECT_EQ(uids(folder), claimed);
    EXPECT_EQ(site.count("new"), 0u);
  }
}

}  // namespace
}  // namespace folder_settle_test

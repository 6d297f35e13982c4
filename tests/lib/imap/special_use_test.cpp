#include "imap/special_use.hpp"

#include <gtest/gtest.h>

namespace special_use_test {
namespace {

TEST(SpecialUse, KnownOnes) {
  EXPECT_EQ(imap::known_use("\\sent"), "\\Sent");
  EXPECT_EQ(imap::known_use("Sent"), "");
  EXPECT_EQ(imap::known_use("\\All"), "");
  EXPECT_EQ(imap::usual_use("trash"), "\\Trash");
  EXPECT_EQ(imap::usual_use("a.trash"), "");
}

}  // namespace
}  // namespace special_use_test

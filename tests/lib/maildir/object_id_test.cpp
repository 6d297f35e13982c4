#include "maildir/object_id.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace object_id_test {
namespace {

// An index that is made anew has to come to the same numbers, whatever version made the first one.
TEST(ObjectId, IsTheSameForEver) {
  const struct {
    std::string_view base;
    std::uint64_t wanted;
  } rows[] = {
      {"", UINT64_C(0xecba3df2c3383c52)},
      {"1.a", UINT64_C(0x1bc2ecded341430a)},
      {"1700000000.M1P2.mx.test,W=100", UINT64_C(0x44f2f621943f052d)},
  };
  for (const auto& row : rows) EXPECT_EQ(maildir::object_id(row.base), row.wanted) << row.base;
}

TEST(ObjectId, OfNamesThatAreNearlyTheSameDiffers) {
  std::set<std::uint64_t> ids, upper, lower;
  constexpr std::size_t count = 2000;
  for (std::size_t i = 0; i < count; ++i) {
    const auto id = maildir::object_id("1700000000.M" + std::to_string(i) + "P2.mx.test");
    ids.insert(id);
    upper.insert(id >> 32);
    lower.insert(id & UINT32_MAX);
  }
  EXPECT_EQ(ids.size(), count);
  // Each half by itself is as good: all bits depend on the name.
  EXPECT_GE(upper.size(), count - 1);
  EXPECT_GE(lower.size(), count - 1);
  EXPECT_NE(maildir::object_id("ab"), maildir::object_id("ba"));
  EXPECT_NE(maildir::object_id("a"), maildir::object_id(std::string_view("a\0", 2)));
}

}  // namespace
}  // namespace object_id_test

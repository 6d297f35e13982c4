#include "proc/keys.hpp"

#include <gtest/gtest.h>

#include <set>

namespace keys_test {
namespace {

TEST(Keys, AreNamedOnceAndExplained) {
  std::set<std::string_view> names;
  for (const auto& key : proc::configuration_keys()) {
    EXPECT_TRUE(names.insert(key.name).second) << key.name << " twice";
    EXPECT_EQ(key.name.find(','), key.name.npos) << key.name << " has a short form, which a file cannot use";
    EXPECT_FALSE(key.argument.empty()) << key.name << " has no value";
    EXPECT_FALSE(key.help.empty()) << key.name;
  }
  EXPECT_TRUE(names.contains("relay-network"));
}

}  // namespace
}  // namespace keys_test

#include "serve/networks.hpp"

#include <gtest/gtest.h>

namespace networks_test {
namespace {

constexpr std::string_view keys[] = {"relay-network", "proxy-network"};
constexpr proc::Usage usage = {"x", "", "", "", {}, keys};

TEST(Networks, AreThoseOfOneKey) {
  const auto given =
      proc::parse(usage, std::vector<std::string>{"--config", "/dev/null", "--relay-network", "192.0.2.0/24",
                                                  "--relay-network", "2001:db8::/32", "--proxy-network",
                                                  "198.51.100.1"})
          .value();
  const auto relays = serve::Networks::load(given, "relay-network").value();
  EXPECT_TRUE(relays.contain("192.0.2.9"));
  EXPECT_TRUE(relays.contain("2001:db8::9"));
  EXPECT_FALSE(relays.contain("198.51.100.1"));
  EXPECT_FALSE(relays.contain("unknown"));
  EXPECT_FALSE(serve::Networks().contain("192.0.2.9"));
}

TEST(Networks, AWrongOneIsNamed) {
  const auto given =
      proc::parse(usage, std::vector<std::string>{"--config", "/dev/null", "--proxy-network", "192.0.2.1/24"})
          .value();
  const auto loaded = serve::Networks::load(given, "proxy-network");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, base::Exit::usage);
  EXPECT_TRUE(loaded.error().what.starts_with("proxy-network: ")) << loaded.error().what;
}

}  // namespace
}  // namespace networks_test

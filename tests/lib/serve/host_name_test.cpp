#include "serve/host_name.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace host_name_test {
namespace {

base::Result<std::string> named(const std::string& name) {
  const std::vector<std::string> arguments = {"--config=/dev/null", "--hostname=" + name};
  static constexpr std::string_view keys[] = {"hostname"};
  return serve::host_name(proc::parse({"test", "", "", "", {}, keys}, arguments).value());
}

TEST(HostName, IsTakenAsItIsWritten) {
  for (const char* name : {"mx.example.test", "MX.Example.test", "localhost", "web_01.test",
                           "xn--bcher-kva.test", "[192.0.2.1]", "[ipv6:2001:db8::1]"})
    EXPECT_EQ(named(name).value(), name);
}

TEST(HostName, ThatNobodyCanHaveIsRefused) {
  for (const auto& name :
       {std::string(), std::string("a b"),
        std::string("b\xC3\xBC"
                    "cher.test"),
        std::string("-a.test"), std::string("a..test"), std::string("mx.test."), std::string("[300.0.2.1]"),
        std::string("a@b.test"), std::string(300, 'a'), std::string(64, 'a') + ".test"}) {
    const auto refused = named(name);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, base::Exit::usage) << name;
  }
}

}  // namespace
}  // namespace host_name_test

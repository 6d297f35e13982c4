#include "net/tls_context.hpp"

#include <fstream>

#include "tls_client.hpp"

namespace {

TEST(TlsContext, SaysWhichFileIsWrong) {
  const test::Certificate one("DNS:one.test");
  const test::Certificate other("DNS:other.test");
  EXPECT_TRUE(net::TlsContext::load({{one.path()}, "", true}));
  EXPECT_TRUE(net::TlsContext::load({{one.path() + ":" + one.path(), other.path()}, one.path(), false}));
  const auto refused = [](const net::TlsSettings& settings) {
    const auto loaded = net::TlsContext::load(settings);
    EXPECT_FALSE(loaded);
    EXPECT_TRUE(loaded || loaded.error().code == base::Exit::configuration);
    return loaded ? std::string() : loaded.error().what;
  };
  EXPECT_EQ(refused({}), "certificate: there is none");
  EXPECT_TRUE(refused({{one.path() + ":" + other.path()}, "", true}).starts_with(other.path() + ": "));
  EXPECT_TRUE(refused({{one.path(), "/nonexistent"}, "", true}).starts_with("/nonexistent: "));
  EXPECT_TRUE(refused({{one.path()}, "/nonexistent", true}).starts_with("/nonexistent: "));
  chmod(other.path().c_str(), 0644);
  EXPECT_NE(refused({{other.path()}, "", true}).find("everybody may read it"), std::string::npos);
  std::ofstream(one.path()) << "no PEM\n";
  EXPECT_TRUE(refused({{one.path()}, "", true}).starts_with(one.path() + ": "));
}

}  // namespace

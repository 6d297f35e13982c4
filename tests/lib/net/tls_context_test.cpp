#include "net/tls_context.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "fs/stream.hpp"
#include "tls_client.hpp"

namespace tls_context_test {
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
}

TEST(TlsContext, SaysWhatIsWrongWithAFile) {
  const test::Certificate good("DNS:good.test");
  const test::Certificate one("DNS:one.test");
  const auto& path = one.path();
  const auto refused = [](const net::TlsSettings& settings) {
    const auto loaded = net::TlsContext::load(settings);
    EXPECT_EQ(loaded ? base::Exit::ok : loaded.error().code, base::Exit::configuration);
    return loaded ? std::string() : loaded.error().what;
  };
  const auto pem = fs::read_all(path, 1 << 20).value();
  const auto key_at = pem.find("-----BEGIN PRIVATE KEY-----");
  const auto certificate_at = pem.find("-----BEGIN CERTIFICATE-----");
  const std::string key =
      key_at < certificate_at ? pem.substr(key_at, certificate_at - key_at) : pem.substr(key_at);
  const std::string certificate = key_at < certificate_at
                                      ? pem.substr(certificate_at)
                                      : pem.substr(certificate_at, key_at - certificate_at);
  for (const std::string& text : {std::string(), std::string("garbage\n"), key}) {
    std::ofstream(path) << text;
    EXPECT_EQ(refused({{path}, "", true}), path + ": no certificate in it");
    EXPECT_EQ(refused({{good.path()}, path, true}), path + ": no certificate in it");
  }
  for (const std::string& text : {std::string(), std::string("garbage\n"), certificate}) {
    std::ofstream(path) << text;
    EXPECT_EQ(refused({{good.path() + ":" + path}, "", true}), path + ": no private key in it");
  }
  // One that is cut off, and one that was changed by hand.
  std::ofstream(path) << certificate.substr(0, certificate.size() / 2);
  EXPECT_EQ(refused({{path + ":" + good.path()}, "", true}), path + ": bad end line");
  EXPECT_EQ(refused({{good.path()}, path, true}), path + ": bad end line");
  std::ofstream(path) << certificate + certificate.substr(0, 100);
  EXPECT_EQ(refused({{path + ":" + good.path()}, "", true}), path + ": bad end line");
  auto changed = certificate;
  changed[100] = '!';
  std::ofstream(path) << changed;
  EXPECT_EQ(refused({{path + ":" + good.path()}, "", true}), path + ": bad base64 decode");
  // What everybody may write to.
  std::ofstream(path) << certificate;
  chmod(path.c_str(), 0602);
  EXPECT_EQ(refused({{path + ":" + good.path()}, "", true}), path + ": everybody may write to it");
  EXPECT_EQ(refused({{good.path()}, path, true}), path + ": everybody may write to it");
  // What nobody may ever write to.
  std::filesystem::remove(path);
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(refused({{path}, "", true}), path + ": not a plain file");
  EXPECT_EQ(refused({{good.path() + ":" + path}, "", true}), path + ": not a plain file");
  EXPECT_EQ(refused({{good.path()}, path, true}), path + ": not a plain file");
}

TEST(TlsContext, TakesAChainAndAuthoritiesAsTheyStandInFiles) {
  const test::Certificate one("DNS:one.test");
  const test::Certificate other("DNS:other.test");
  const auto first = fs::read_all(one.path(), 1 << 20).value();
  const auto second = fs::read_all(other.path(), 1 << 20).value();
  std::ofstream(one.path()) << "A comment.\n" << first << "\nAnother.\n" << second << "The end.\n";
  const auto loaded = net::TlsContext::load({{one.path()}, one.path(), true});
  ASSERT_TRUE(loaded) << loaded.error().what;
}

}  // namespace
}  // namespace tls_context_test

#include "serve/tls_wish.hpp"

#include <gtest/gtest.h>

#include "fs/stream.hpp"

namespace tls_wish_test {
namespace {

using serve::TlsLevel;
using serve::TlsWish;

TlsWish wish(const std::string& text, bool required = false) {
  spool::Message message;
  message.file = fs::temporary_file().value();
  (void)fs::write_all(message.file.get(), text);
  message.envelope.length = text.size();
  smtp::MailParameters parameters;
  parameters.require_tls = required;
  return serve::wish_of(message, parameters);
}

TEST(TlsWish, FieldAndParameter) {
  EXPECT_EQ(wish("Subject: x\n\nTLS-Required: No\n"), TlsWish::usual);
  EXPECT_EQ(wish("Subject: x\nTLS-Required: No\n\n"), TlsWish::none);
  EXPECT_EQ(wish("tls-required:no\n\n"), TlsWish::none);
  EXPECT_EQ(wish("TLS-Required: Yes\n\n"), TlsWish::usual);
  EXPECT_EQ(wish("TLS-Required: No\n\n", true), TlsWish::required);
}

/// A host of each kind.
class Hosts : public serve::Exchangers {
 public:
  base::Result<std::vector<serve::NextHop>> find(const std::string&) override {
    std::vector<serve::NextHop> out(4);
    out[1].is_name_known = true;
    out[2].is_name_known = true;
    out[2].tls = TlsLevel::dane;
    out[3].is_name_known = true;
    out[3].tls = TlsLevel::encrypt;
    return out;
  }
  base::Result<std::vector<serve::NextHop>> find_whatever_policy(const std::string&) override {
    return std::vector<serve::NextHop>(1);
  }
};

TEST(TlsWish, HostsThatMayShowWhoTheyAreMust) {
  Hosts hosts;
  const auto levels = [&](TlsWish asked) {
    std::vector<TlsLevel> out;
    const auto found = serve::find_as_wished(hosts, "x.test", asked);
    for (const auto& hop : found.value()) out.push_back(hop.tls);
    return out;
  };
  EXPECT_EQ(levels(TlsWish::usual),
            (std::vector{TlsLevel::may, TlsLevel::may, TlsLevel::dane, TlsLevel::encrypt}));
  EXPECT_EQ(levels(TlsWish::required),
            (std::vector{TlsLevel::may, TlsLevel::verify, TlsLevel::dane, TlsLevel::verify}));
  EXPECT_EQ(levels(TlsWish::none), std::vector{TlsLevel::may});
}

}  // namespace
}  // namespace tls_wish_test

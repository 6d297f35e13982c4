#include "serve/tls_told.hpp"

#include <gtest/gtest.h>

namespace {

std::string failure(const char* status, const char* reason) {
  return serve::failure_of({serve::Outcome::deferred, status, reason, ""});
}

TEST(TlsTold, FailuresAsReportsCallThem) {
  EXPECT_EQ(failure("4.7.4", "no TLS"), "starttls-not-supported");
  EXPECT_EQ(failure("4.7.5", "TLS handshake: certificate has expired"), "certificate-expired");
  EXPECT_EQ(failure("4.7.5", "TLS handshake: hostname mismatch"), "certificate-host-mismatch");
  EXPECT_EQ(failure("4.7.5", "TLS handshake: self-signed certificate"), "certificate-not-trusted");
  EXPECT_EQ(failure("4.7.5", "TLS handshake: unable to get local issuer certificate"),
            "certificate-not-trusted");
  EXPECT_EQ(failure("4.7.5", "TLS handshake: no matching DANE TLSA records"), "tlsa-invalid");
  EXPECT_EQ(failure("4.7.5", "TLS handshake: took too long"), "validation-failure");
  EXPECT_EQ(failure("4.4.1", "certificate has expired"), "");
}

class Listener : public serve::Exchangers {
 public:
  base::Result<std::vector<serve::NextHop>> find(const std::string&) override {
    return base::fail(base::Exit::temporary, "");
  }
  void told(const serve::NextHop&, const serve::TlsOutcome& outcome) override {
    heard.push_back(outcome.failure);
  }
  std::vector<std::string> heard;
};

TEST(TlsTold, AHostThatCannotBeReachedSaysNothingOfItsTls) {
  Listener listener;
  net::TlsClient tls;
  const serve::RouteFiles files;
  serve::NextHop hop = {"nobody.test", 1, {"127.255.255.254"}};
  for (const bool tested : {false, true}) {
    hop.is_tested = tested;
    EXPECT_FALSE(serve::open_and_tell(&listener, hop, {"us.test", 1000, tls, files}).conversation);
  }
  EXPECT_TRUE(listener.heard.empty());
}

}  // namespace

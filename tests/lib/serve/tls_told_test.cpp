#include "serve/tls_told.hpp"

#include <gtest/gtest.h>

namespace tls_told_test {
namespace {

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
}  // namespace tls_told_test

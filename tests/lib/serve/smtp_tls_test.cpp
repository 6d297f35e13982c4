#include "serve/smtp_tls.hpp"

#include <gtest/gtest.h>

namespace smtp_tls_test {
namespace {

TEST(SmtpTls, WhoMayLogInHow) {
  const struct {
    const char* mechanisms;
    const char* peer;
    bool submission, tls;
    const char* offered;  // nothing: AUTH is not known
  } rows[] = {
      {"PLAIN LOGIN", "127.0.0.1", true, false, "PLAIN LOGIN "},
      {"PLAIN LOGIN", "127.0.0.1", false, true, nullptr},
      {"PLAIN LOGIN", "192.0.2.1", true, true, "PLAIN LOGIN "},
      // There is no way to a login.
      {"PLAIN LOGIN", "192.0.2.1", true, false, nullptr},
      {"PLAIN SCRAM-SHA-256", "192.0.2.1", true, false, nullptr},
  };
  for (const auto& row : rows) {
    const std::vector<std::string> arguments = {"--auth-mechanisms=" + std::string(row.mechanisms)};
    const auto given = proc::parse({"test", "", "", "", {}, serve::login_keys}, arguments).value();
    serve::Reception reception;
    reception.peer.address = row.peer;
    reception.server.submission = row.submission;
    serve::Channel channel;
    channel.tls = row.tls;
    ASSERT_TRUE(serve::find_tls(reception, given, channel));
    EXPECT_FALSE(reception.server.tls);
    EXPECT_EQ(reception.server.secured, row.tls);
    ASSERT_EQ(reception.server.login.has_value(), row.offered != nullptr) << row.mechanisms;
    if (row.offered == nullptr) continue;
    std::string offered;
    for (const auto& name : sasl::offered(*reception.server.login)) offered += name + " ";
    EXPECT_EQ(offered, row.offered);
    EXPECT_GE(reception.server.nonce.size(), 18u);
  }
}

}  // namespace
}  // namespace smtp_tls_test

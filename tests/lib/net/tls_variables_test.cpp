#include "net/tls_variables.hpp"

#include <string_view>
#include <thread>

#include "net/tls_session.hpp"
#include "tls_client.hpp"

namespace {

TEST(TlsVariables, SayWhatIsKnownAndEndWithANul) {
  const test::Certificate certificate("DNS:mx.test");
  const auto context = net::TlsContext::load({{certificate.path()}, "", true});
  ASSERT_TRUE(context);
  test::Client client;
  std::thread thread([&] { EXPECT_EQ(SSL_connect(client.ssl), 1); });
  const auto session = net::TlsSession::accept(*context, client.server, client.server, 5'000);
  thread.join();
  ASSERT_TRUE(session) << session.error().what;
  const std::string variables = session->variables();
  ASSERT_GT(variables.size(), 2U);
  EXPECT_TRUE(std::string_view(variables).ends_with(std::string_view("\0\0", 2)));
  const std::string all = std::string(1, '\0') + variables;
  const auto has = [&](std::string_view name) {
    return all.find(std::string(1, '\0') + std::string(name)) != std::string::npos;
  };
  for (const char* wanted :
       {"SSL_PROTOCOL=TLSv1.3", "SSL_CIPHER=TLS_", "SSL_CLIENT_VERIFY=NONE", "TLS_EXPORTER="})
    EXPECT_TRUE(has(wanted)) << wanted;
  for (const char* absent : {"SSL_TLS_SNI=", "SSL_CLIENT_S_DN=", "SSL_CLIENT_SAN_Email_0="})
    EXPECT_FALSE(has(absent)) << absent;
}

}  // namespace

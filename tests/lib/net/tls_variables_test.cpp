#include "net/tls_variables.hpp"

#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "net/tls_session.hpp"
#include "tls_client.hpp"

namespace tls_variables_test {
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

std::string first_of(const std::string& subject, const std::vector<std::string>& alternatives) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  auto* const name = X509_get_subject_name(certificate.get());
  if (!subject.empty())
    X509_NAME_add_entry_by_NID(name, NID_pkcs9_emailAddress, V_ASN1_IA5STRING,
                               reinterpret_cast<const unsigned char*>(subject.data()),
                               static_cast<int>(subject.size()), -1, 0);
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(sk_GENERAL_NAME_new_null(),
                                                                            GENERAL_NAMES_free);
  for (const auto& text : alternatives) {
    auto* const octets = ASN1_IA5STRING_new();
    ASN1_STRING_set(octets, text.data(), static_cast<int>(text.size()));
    auto* const one = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(one, text.find('@') == text.npos ? GEN_DNS : GEN_EMAIL, octets);
    sk_GENERAL_NAME_push(names.get(), one);
  }
  X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT);
  return net::first_address(certificate.get());
}

TEST(TlsVariables, AnAlternativeNameComesBeforeTheSubject) {
  using namespace std::string_literals;
  EXPECT_EQ(first_of("alice@a.test", {"x.test", "bob@a.test", "carol@a.test"}), "bob@a.test");
  EXPECT_EQ(first_of("alice@a.test", {"x.test"}), "alice@a.test");
  EXPECT_EQ(first_of("", {"x.test"}), "");
  EXPECT_EQ(first_of("alice@a.test", {"alice@a.test\0.b.test"s}), "");
  EXPECT_EQ(first_of("alice@a.test\0.b.test"s, {}), "");
  EXPECT_EQ(first_of("", {""}), "");
}

}  // namespace
}  // namespace tls_variables_test

#include "serve/login_options.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace login_options_test {
namespace {

proc::Options options(const std::vector<std::string>& arguments) {
  return proc::parse({"test", "", "", "", {}, serve::login_keys}, arguments).value();
}

TEST(LoginOptions, SecrecyIsTlsOrNearnessOrConsent) {
  const auto secret = [](const std::vector<std::string>& arguments, const std::string& peer, bool tls) {
    serve::Channel channel;
    channel.tls = tls;
    return serve::offer_login(options(arguments), peer, channel).value().secret;
  };
  EXPECT_TRUE(secret({}, "127.0.0.1", false));
  EXPECT_TRUE(secret({}, "unknown", false));
  EXPECT_FALSE(secret({}, "192.0.2.1", false));
  EXPECT_TRUE(secret({}, "192.0.2.1", true));
  EXPECT_TRUE(secret({"--auth-without-tls=yes"}, "192.0.2.1", false));
}

TEST(LoginOptions, MechanismsAreWords) {
  const auto terms =
      serve::offer_login(options({"--auth-mechanisms=plain, scram-sha-256"}), "::1", {}).value();
  EXPECT_EQ(terms.mechanisms, (std::vector<std::string>{"PLAIN", "SCRAM-SHA-256"}));
  EXPECT_EQ(serve::offer_login(options({"--auth-mechanisms=DIGEST-MD5"}), "::1", {}).error().code,
            base::Exit::usage);
}

TEST(LoginOptions, ChannelsComeInTheEnvironment) {
  setenv("SSL_PROTOCOL", "TLSv1.3", 1);
  setenv("TLS_EXPORTER", "00fF", 1);
  setenv("TLS_SERVER_END_POINT", "abc", 1);
  const auto channel = serve::find_channel();
  for (const char* name : {"SSL_PROTOCOL", "TLS_EXPORTER", "TLS_SERVER_END_POINT"}) unsetenv(name);
  EXPECT_TRUE(channel.tls);
  EXPECT_EQ(channel.exporter, std::string("\0\xff", 2));
  EXPECT_EQ(channel.end_point, "");
  EXPECT_FALSE(serve::find_channel().tls);
}

TEST(LoginOptions, ACertificateNamesOneUser) {
  const auto identity = [](const std::string& subject, const std::string& email) {
    net::TlsFacts facts;
    facts.client = subject;
    facts.client_email = email;
    return serve::channel_of(facts).identity;
  };
  EXPECT_EQ(identity("CN=bob,O=Example", "bob@example.com"), "bob@example.com");
  EXPECT_EQ(identity("CN=bob,O=Example", ""), "bob");
  EXPECT_EQ(identity("CN=bob", ""), "bob");
  for (const char* subject : {"", "CN=", "O=Example,CN=bob", "CN=bob+UID=eve", "CN=bob\\,eve", "CN=#0400"})
    EXPECT_EQ(identity(subject, ""), "") << subject;
}

TEST(LoginOptions, TermsThatTlsMakesNew) {
  const sasl::Terms before = {{"PLAIN"}, false, {}, {}, {}};
  const auto after = serve::terms_over(before, {true, "e", "p", "bob"});
  EXPECT_EQ(after.mechanisms, before.mechanisms);
  EXPECT_TRUE(after.secret);
  EXPECT_EQ(after.exporter + after.end_point + after.identity, "epbob");
}

TEST(LoginOptions, WhatFailuresCost) {
  const auto given = options({"--login-delay=3"});
  EXPECT_EQ(serve::login_terms(given, {"x"}, "192.0.2.1", {}, nullptr).value().delay,
            std::chrono::seconds(3));
  EXPECT_FALSE(serve::login_terms(options({"--login-delay=61"}), {"x"}, "192.0.2.1", {}, nullptr));
}

}  // namespace
}  // namespace login_options_test
